// Where the counts of areas stand: in their areas, over no other count; where there is no room, several areas share one
// badge. Pure.

const CELL = 64; // of the grid in which boxes are looked up
const HEIGHT = 22; // CSS pixels, as all here
const SIDE = 16; // from the edge of a small area to the middle of a badge beside it
const SMALL = 90; // a narrower area has its badge on it or beside it, a wider one inside
const NEAR = 60; // a badge so near is shared sooner than one is put over small symbols
const SHIFTS = [-26, 26, -52, 52, -78, 78, -104, 104]; // above or below the area's middle
const SPOTS = [0.5, 0.35, 0.65, 0.2, 0.8]; // parts of the area's box

export const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
export const clash = (box, taken) => taken.some((other) => meets(box, other));

/**
 * Badges [left, top, right, bottom, areas, count, long]: those of the most events first. One stands over no badge, surface
 * or count, and over a symbol only where no badge is near that its area may share. `wanted`: {area, count, long, box,
 * inside(x, y), middle}, `box` of its widest ring and all points on the canvas, `long` whether the count may be told in
 * full; `width(count, long, areas)` of a badge; `window` what is seen; boxes `taken` by surfaces and figures, `counts` of
 * marks with a number, `symbols` of all others.
 */
export function layOut(wanted, { window, taken, counts, symbols }, width) {
  const badges = [];
  const [hard, soft] = [indexed([...taken, ...counts]), indexed(symbols)];
  const order = [...wanted].sort((a, b) => b.count - a.count || a.area - b.area);
  for (const one of order) {
    let spots = null;
    const others = () => (spots ??= spotsOf(one, window));
    const clear = (box) => !hard.hit(box) && !soft.hit(box);
    const place = (long, free) => put(boxIn(one, others, width(one.count, long, [one.area]), free), one, long);
    if ((one.long && place(true, clear)) || place(false, clear)) continue;
    const shown = seen(one.middle);
    if (shown && share(one, NEAR)) continue;
    if (!place(false, (box) => !hard.hit(box)) && shown) share(one, Infinity);
  }
  return badges;

  function put(box, { area, count }, long) {
    if (!box) return false;
    badges.push(Object.assign(box, { areas: [area], count, long }));
    hard.add(box);
    return true;
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
      if (hard.hit(grown, badge)) continue;
      Object.assign(badge, grown, { areas, count: badge.count + count, long: false });
      hard.add(badge);
      return true;
    }
    return false;
  }
}

// Boxes by the cells of a grid that they touch: add(box), hit(box, but) - whether it meets any other than `but`.
function indexed(boxes) {
  const cells = new Map();
  /** @type {(box: number[], visit: (cell: number) => any) => boolean} */
  const some = ([left, top, right, bottom], visit) => {
    for (let column = Math.floor(left / CELL); column <= right / CELL; column++) {
      for (let row = Math.floor(top / CELL); row <= bottom / CELL; row++) if (visit(column * 65536 + row)) return true;
    }
    return false;
  };
  const add = (box) => some(box, (cell) => {
    if (cells.has(cell)) cells.get(cell).push(box);
    else cells.set(cell, [box]);
  });
  const hit = (box, but = null) => some(box, (cell) => cells.get(cell)?.some((other) => other !== but && meets(box, other)));
  boxes.forEach(add);
  return { add, hit };
}

// The first box of this width that is free: in the middle, else at one of the other spots, of a wide area only inside it.
function boxIn({ inside, middle, box: { 0: left, 2: right } }, others, width, free) {
  const box = boxAt(middle, width);
  if (free(box)) return box;
  const wide = right - left >= SMALL;
  const found = others().find((spot) => free(boxAt(spot, width)) && (!wide || inside(...spot)));
  return found ? boxAt(found, width) : null;
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

// Points near the middle, then a grid over what is seen of the area.
function spotsOf({ box, middle: [x, y] }, window) {
  if (box[2] - box[0] < SMALL) {
    const [side, rise] = [(box[2] - box[0]) / 2 + SIDE, (box[3] - box[1]) / 2 + HEIGHT / 2];
    return [[0, -HEIGHT / 2], [0, HEIGHT / 2], [0, -rise], [0, rise], [side, 0], [-side, 0], [side, -rise], [-side, -rise],
      [side, rise], [-side, rise]].map(([right, down]) => [x + right, y + down]);
  }
  const [left, top, right, bottom] = [Math.max(box[0], window[0]), Math.max(box[1], window[1]), Math.min(box[2], window[2]),
    Math.min(box[3], window[3])];
  const grid = SPOTS.flatMap((v) => SPOTS.map((u) => [left + u * (right - left), top + v * (bottom - top)]));
  return [...SHIFTS.map((shift) => [x, y + shift]), ...grid];
}
