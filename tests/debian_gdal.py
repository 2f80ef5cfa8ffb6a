"""Run by the system's Python: what its GDAL finds in files, as JSON. Arguments: paths, each with its number of rows."""

import json
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()
# Else a sheet of nothing but text has no header for GDAL.
gdal.SetConfigOption("OGR_XLSX_HEADERS", "FORCE")


def value(feature, i):
    """A field's value as the driver gives it; the type stands beside it."""
    if not feature.IsFieldSetAndNotNull(i):
        return None
    kind = feature.GetFieldDefnRef(i).GetType()
    if kind in (ogr.OFTDate, ogr.OFTDateTime, ogr.OFTString):
        return feature.GetFieldAsString(i)
    return feature.GetField(i)


def layer_found(layer):
    definition = layer.GetLayerDefn()
    fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
    rows = []
    for feature in layer:
        geometry = feature.GetGeometryRef()
        row = {f.GetName(): value(feature, i) for i, f in enumerate(fields)}
        rows.append([row, None if geometry is None or geometry.IsEmpty() else geometry.ExportToWkt()])
    return {
        "types": {f.GetName(): f.GetTypeName() + f":{ogr.GetFieldSubTypeName(f.GetSubType())}" for f in fields},
        "crs": layer.GetSpatialRef().GetAuthorityCode(None) if layer.GetSpatialRef() else None,
        "rows": rows,
    }


def main():
    found = {}
    for path in sys.argv[1:]:
        options = ["AUTODETECT_TYPE=YES"] if path.endswith(".csv") else []
        dataset = gdal.OpenEx(path, gdal.OF_VECTOR, open_options=options)
        layers = [dataset.GetLayer(i) for i in range(dataset.GetLayerCount())]
        found[path] = {layer.GetName(): layer_found(layer) for layer in layers}
    json.dump(found, sys.stdout)


main()
