"""What QGIS makes of a project or a GeoPackage, as JSON: run by QGIS' own Python, not by the tests' one.

    python3 qgis_report.py project PATH FOLDER     layers, time, bookmarks; every page rendered into FOLDER
    python3 qgis_report.py package PATH FOLDER     every layer opened by itself, its style loaded as the window does
    python3 qgis_report.py moment PATH FOLDER FIRST LAST     the project's map with the time control at these days

The last line written is the JSON.
"""

import collections
import json
import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    NULL,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDateTimeRange,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsLayoutExporter,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsVectorLayerTemporalContext,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QRect, QSize, QTime
from qgis.PyQt.QtGui import QColor, QImage


def layer_report(layer):
    time = layer.temporalProperties()
    outer = layer.renderer()
    gathers = outer is not None and outer.type() == "pointCluster"
    renderer = outer.embeddedRenderer() if gathers else outer
    report = {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "crs": layer.crs().authid(),
        "source": layer.source(),
        "renderer": renderer.type() if renderer else None,
        "gathers": gathers,
        "classes": {},
        "labels": layer.labelsEnabled() and layer.labeling() is not None,
        "label": layer.labeling().settings().fieldName if layer.labelsEnabled() and layer.labeling() else "",
        "timed": time.isActive(),
        "fields": [time.startField(), time.endField()] if time.isActive() else [],
        "date_fields": [f.name() for f in layer.fields() if f.typeName() in ("Date", "DateTime")],
    }
    if renderer and renderer.type() == "categorizedSymbol":
        for one in renderer.categories():
            report["classes"][str(one.value())] = {"colour": one.symbol().color().name(), "ticked": one.renderState()}
    elif renderer and renderer.type() == "singleSymbol":
        report["classes"][""] = {"colour": renderer.symbol().color().name(), "ticked": True}
    report["sized"] = bool(renderer and getattr(renderer, "dataDefinedSizeLegend", lambda: None)())
    return report


def colours(image):
    """How many pixels each colour has."""
    image = image.convertToFormat(QImage.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    counted = collections.Counter(memoryview(bytes(bits)).cast("I"))
    return {f"#{pixel & 0xFFFFFF:06x}": number for pixel, number in counted.most_common(4000)}


def page_report(layout, folder):
    path = str(Path(folder) / (layout.name().replace(" ", "_") + ".png"))
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 110
    done = QgsLayoutExporter(layout).exportToImage(path, settings) == QgsLayoutExporter.Success
    image, scale = QImage(path), 110 / 25.4
    items = {type(item).__name__: item for item in layout.items()}
    box = items["QgsLayoutItemMap"].sceneBoundingRect()
    frame = QRect(*(round(v * scale) for v in (box.x() + 1, box.y() + 1, box.width() - 2, box.height() - 2)))
    head = QRect(0, 0, image.width(), round((box.y() - 1) * scale))
    foot = QRect(0, round((box.y() + box.height() + 8) * scale), image.width(), image.height())
    side = QRect(round((box.x() + box.width() + 2) * scale), 0, image.width(), image.height())
    page = layout.pageCollection().page(0).pageSize()
    bar = items["QgsLayoutItemScaleBar"]
    return {
        "rendered": done,
        "path": path,
        "size": [page.width(), page.height()],
        "map": colours(image.copy(frame)),
        "title": colours(image.copy(head)),
        "small print": colours(image.copy(foot.intersected(image.rect()))),
        "legend": colours(image.copy(side.intersected(image.rect()))),
        "texts": sorted(item.currentText() for item in layout.items() if type(item).__name__ == "QgsLayoutItemLabel"),
        "kinds": sorted({type(i).__name__ for i in layout.items()}),
        "days": days_of(items["QgsLayoutItemMap"]),
        "legends": sum(isinstance(i, QgsLayoutItemLegend) for i in layout.items()),
        "linked": all(
            i.linkedMap() is not None
            for i in layout.items()
            if isinstance(i, (QgsLayoutItemLegend, QgsLayoutItemScaleBar, QgsLayoutItemPicture))
        ),
        "bar": [bar.unitsPerSegment(), bar.unitLabel(), bar.mapUnitsPerScaleBarUnit()],
        "maps": sum(isinstance(i, QgsLayoutItemMap) for i in layout.items()),
    }


def days_of(layout_map):
    shown = layout_map.temporalRange()
    return [m.toString("yyyy-MM-dd") for m in (shown.begin(), shown.end())] if layout_map.isTemporal() else None


def project_report(path, folder):
    project = QgsProject.instance()
    read = project.read(path)
    time = project.timeSettings()
    span = time.temporalRange()
    nodes = project.layerTreeRoot().findLayers()
    groups = [child.name() for child in project.layerTreeRoot().children()]
    return {
        "read": read,
        "error": project.error(),
        "title": project.title(),
        "crs": [project.crs().authid(), project.crs().isValid()],
        "groups": groups,
        "layers": {n.layer().name(): layer_report(n.layer()) for n in nodes if n.layer()},
        "unknown layers": sum(n.layer() is None for n in nodes),
        "range": [moment.toString("yyyy-MM-dd") for moment in (span.begin(), span.end())],
        "step": time.timeStep(),
        "bookmarks": [b.name() for b in project.bookmarkManager().bookmarks()],
        "bookmark crs": sorted({b.extent().crs().authid() for b in project.bookmarkManager().bookmarks()}),
        "pages": {one.name(): page_report(one, folder) for one in project.layoutManager().printLayouts()},
    }


def package_report(path):
    names = [d.name() for d in QgsProviderRegistry.instance().querySublayers(path)]
    report = {}
    for name in names:
        options = QgsVectorLayer.LayerOptions(loadDefaultStyle=False)
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr", options)
        # The window loads the style after the layer; together, the time settings are lost.
        said, styled = layer.loadDefaultStyle()
        report[name] = layer_report(layer) | {"styled": styled, "said": said, "geometry": layer.isSpatial()}
    return report


def moment_report(path, folder, first, last):
    project = QgsProject.instance()
    project.read(path)
    settings = QgsMapSettings()
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setLayers([n.layer() for n in project.layerTreeRoot().findLayers() if n.isVisible()])
    whole = project.bookmarkManager().bookmarks()[0].extent()
    settings.setExtent(QgsCoordinateTransform(whole.crs(), project.crs(), project).transformBoundingBox(whole))
    settings.setOutputSize(QSize(1000, 800))
    settings.setBackgroundColor(QColor("#ffffff"))
    if first:
        days = (QDate.fromString(day, "yyyy-MM-dd") for day in (first, last))
        start, end = (QDateTime(day, time) for day, time in zip(days, (QTime(0, 0), QTime(23, 59)), strict=True))
        settings.setIsTemporal(True)
        settings.setTemporalRange(QgsDateTimeRange(start, end))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(None))
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    labelled = (layer for layer in settings.layers() if layer.isSpatial() and layer.labelsEnabled())
    said = {layer.source().partition("layername=")[2]: labels_said(layer, context) for layer in labelled}
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(Path(folder) / f"moment_{first}.png"))
    stocks = [layer for layer in settings.layers() if layer.source().endswith("layername=displacement")]
    return {
        "map": colours(job.renderedImage()),
        "labels": said,
        "people": [row for layer in stocks for row in drawn_rows(layer, settings)],
        "errors": [str(e.message) for e in job.errors()],
    }


def drawn_rows(layer, settings):
    """People of each figure that is of the days of a map and has a class there."""
    expression = QgsExpression(layer.renderer().classAttribute())
    wanted = QgsFeatureRequest()
    if settings.isTemporal():
        time = QgsVectorLayerTemporalContext()
        time.setLayer(layer)
        wanted.setFilterExpression(layer.temporalProperties().createFilterString(time, settings.temporalRange()))
    classes = ((f, evaluated(expression, layer, f, settings.expressionContext())) for f in layer.getFeatures(wanted))
    return [feature["persons"] for feature, name in classes if name not in (None, NULL)]


def labels_said(layer, context):
    """What the labels of a layer say, feature by feature, drawn or not."""
    expression = QgsExpression(layer.labeling().settings().fieldName)
    return [str(evaluated(expression, layer, feature, context)) for feature in layer.getFeatures()]


def evaluated(expression, layer, feature, context):
    own = QgsExpressionContext(context)
    own.appendScope(QgsExpressionContextUtils.layerScope(layer))
    own.setFeature(feature)
    return expression.evaluate(own)


def main():
    kind, path, folder, *days = sys.argv[1:]
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    assert QgsCoordinateReferenceSystem("EPSG:4326").isValid()
    if kind == "package":
        report = package_report(path)
    elif kind == "moment":
        report = moment_report(path, folder, *days)
    else:
        report = project_report(path, folder)
    sys.stdout.write("\n" + json.dumps(report) + "\n")
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash when it ends without a window


main()
