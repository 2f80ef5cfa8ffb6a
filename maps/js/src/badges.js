// Where the counts of areas stand: in their areas, over no other count; where there is no room, several areas share one
// badge. Pure.

const HEIGHT = 22; // CSS pixels, as all here
const SIDE = 16; // from the edge of a small area to the middle of a badge beside it
const SMALL = 90; // a narrower area has its badge on it or beside it, a wider one inside
const NEAR = 60; // a badge so near is shared sooner than one is put over small symbols
const SHIFTS = [0, -26, 26, -52, 52, -78, 78, -104, 104]; // above or below the area's middle
const SPOTS = [0.5, 0.35, 0.65, 0.2, 0.8]; // parts of the area's box

export function clash(box, taken) {
  return taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
}

/**
 * Badges [left, top, right, bottom, areas, count, long]: those of the most events first. One stands over no badge, surface
 * or count, and over a symbol only where no badge is near that its area may share. `wanted`: {area, count, long, box,
 * inside(x, y), middle}, `box` of its widest ring and all points on the canvas, `long` whether the count may be told in
 * full; `width(count, long, areas)` of a badge; `window` what is seen; boxes `taken` by surfaces and figures, `counts` of
 * marks with a number, `symbols` of all others.
 */
export function layOut(wanted, { window, taken, counts, symbols }, width) {
  const badges = [];
  const order = [...wanted].sort((a, b) => b.count - a.count || a.area - b.area);
  for (const one of order) {
    const middles = spotsOf(one, window);
    const boxes = (long) => middles.map((spot) => boxAt(spot, width(one.count, long, [one.area])));
    const [full, bare] = [one.long ? boxes(true) : [], boxes(false)];
    const reach = bounds([...full, ...bare]);
    const near = (list) => list.filter((box) => clash(box, [reach]));
    const hard = [...near(taken), ...near(counts), ...near(badges)];
    const all = [...hard, ...near(symbols)];
    const found = full.find((box) => !clash(box, all));
    const free = found ?? bare.find((box) => !clash(box, all));
    if (free) put(free, one, Boolean(found));
    else if (!seen(one.middle) || !share(one, NEAR)) {
      const over = bare.find((box) => !clash(box, hard));
      if (over) put(over, one, false);
      else if (seen(one.middle)) share(one, Infinity);
    }
  }
  return badges;

  function put(box, { area, count }, long) {
    badges.push(Object.assign(box, { areas: [area], count, long }));
  }

  // An area whose middle lies under a surface or out of view waits until the map is moved.
  function seen([x, y]) {
    return clash([x, y, x, y], [window]) && !clash([x, y, x, y], taken);
  }

  // The nearest badge within reach that has room to grow.
  function share({ area, count, middle: [x, y] }, reach) {
    const away = (b) => Math.hypot((b[0] + b[2]) / 2 - x, (b[1] + b[3]) / 2 - y);
    for (const badge of badges.filter((b) => away(b) < reach).sort((a, b) => away(a) - away(b))) {
      const areas = [...badge.areas, area];
      const grown = boxAt([(badge[0] + badge[2]) / 2, (badge[1] + badge[3]) / 2], width(badge.count + count, false, areas));
      if (clash(grown, badges.filter((b) => b !== badge)) || clash(grown, taken) || clash(grown, counts)) continue;
      Object.assign(badge, grown, { areas, count: badge.count + count, long: false });
      return true;
    }
    return false;
  }
}

/**
 * @param {number[]} middle
 * @param {number} width
 */
function boxAt([x, y], width) {
  return [x - width / 2, y - HEIGHT / 2, x + width / 2, y + HEIGHT / 2];
}

// The box that holds all boxes.
export function bounds(boxes) {
  const edge = (k, most) => boxes.reduce((value, box) => most(value, box[k]), boxes[0][k]);
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

// The middle first, then points near it, then a grid over what is seen of the area.
function spotsOf({ box, inside, middle: [x, y] }, window) {
  if (box[2] - box[0] < SMALL) {
    const [side, rise] = [(box[2] - box[0]) / 2 + SIDE, (box[3] - box[1]) / 2 + HEIGHT / 2];
    return [[0, 0], [0, -HEIGHT / 2], [0, HEIGHT / 2], [0, -rise], [0, rise], [side, 0], [-side, 0], [side, -rise], [-side, -rise],
      [side, rise], [-side, rise]].map(([right, down]) => [x + right, y + down]);
  }
  const [left, top, right, bottom] = [Math.max(box[0], window[0]), Math.max(box[1], window[1]), Math.min(box[2], window[2]),
    Math.min(box[3], window[3])];
  const grid = SPOTS.flatMap((v) => SPOTS.map((u) => [left + u * (right - left), top + v * (bottom - top)]));
  const spots = [...SHIFTS.map((shift) => [x, y + shift]), ...grid].filter(([a, b]) => inside(a, b));
  return spots.length ? spots : [[x, y]];
}
