// Projection, scale bar and sizes. Pure.

const WORLD = 2 ** 25; // maps/basemap.py: QUANTUM
const EARTH = 6378137;

export function mercator(longitude, latitude) {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return [(longitude + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

// Latitude of a Mercator y from 0 (north) to 1.
export const latitudeAt = (y) => (2 * Math.atan(Math.exp(Math.PI * (1 - 2 * y))) - Math.PI / 2) * (180 / Math.PI);

// The least round step of degrees that is not smaller than this.
export const graticuleStep = (least) => [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].find((step) => step >= least) ?? 30;

export const fromUnits = (value) => value / WORLD;

// Metres on the ground that one CSS pixel covers at this latitude and zoom.
export function metresPerPixel(latitude, zoom) {
  return (Math.cos((latitude * Math.PI) / 180) * 2 * Math.PI * EARTH) / (256 * 2 ** zoom);
}

// CSS pixels of a length on the ground, where the world is `scale` pixels wide.
export function pixelsOf(metres, latitude, scale) {
  return (metres * scale) / (2 * Math.PI * EARTH * Math.cos((latitude * Math.PI) / 180));
}

// The longest round distance that fits: {metres, pixels}; 1, 2 or 5 times a power of ten.
export function scaleBar(latitude, zoom, widest) {
  const perPixel = metresPerPixel(latitude, zoom);
  const most = perPixel * widest;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((k) => k * power).find((m) => m <= most);
  return { metres, pixels: metres / perPixel };
}

// Area of the symbol follows the deaths; unknown is small and open, never nothing.
export function eventRadius(deaths, style) {
  if (deaths === null) return style.unknown_radius;
  const radius = style.radius_per_root * Math.sqrt(deaths);
  return Math.min(style.largest_radius, Math.max(style.smallest_radius, radius));
}

export function stockRadius(persons, largest, style) {
  return largest > 0 ? style.largest_stock_radius * Math.sqrt(persons / largest) : 0;
}

export function flowWidth(persons, largest, style) {
  if (largest <= 0) return 0;
  return Math.max(style.smallest_flow_width, (style.largest_flow_width * persons) / largest);
}

// Radius of the symbol for several events at once: area follows their number.
export function bubbleRadius(count) {
  return Math.min(30, 10 + 1.7 * Math.sqrt(count));
}
