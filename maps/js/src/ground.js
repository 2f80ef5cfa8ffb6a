// The base map as a bitmap of its own, painted once for a view and shifted while the map is moved: what lies over it
// changes far more often.

const SPILL = 4; // CSS pixels that a line reaches beyond its ring
const BAND = 450_000; // dots painted in one frame

// `paint(ctx, view)` paints the base map. `whole()`: whether it must always be painted whole.
export function makeGround(paint, whole = () => false) {
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d");
  /** @type {View | null} */
  let held = null; // the view that the bitmap shows
  /** @type {{view: View, bands: Box[]} | null} */
  let coming = null; // the view that is being painted, and the bands of it that are left

  // One step towards a view; true when the bitmap shows it.
  function prepare(view) {
    const shift = held && shiftBetween(held, view);
    if (shift && (!whole() || (!shift[0] && !shift[1]))) {
      shifted(shift, view);
      held = view;
      return true;
    }
    if (!coming || !same(coming.view, view)) begin(view);
    fill(coming.bands.shift(), view);
    if (!coming.bands.length) [held, coming] = [view, null];
    return false; // what is painted over it waits for the next frame
  }

  function begin(view) {
    const { width, height, ratio } = view;
    const count = whole() ? 1 : Math.ceil((width * height * ratio * ratio) / BAND);
    const edge = (k) => Math.round((height * k) / count);
    held = null;
    coming = { view, bands: Array.from({ length: count }, (_, k) => /** @type {Box} */ ([0, edge(k), width, edge(k + 1) - edge(k)])) };
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil(height * ratio);
  }

  function shifted([x, y], view) {
    if (!x && !y) return;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalCompositeOperation = "copy";
    ctx.drawImage(canvas, x * view.ratio, y * view.ratio);
    ctx.globalCompositeOperation = "source-over";
    for (const strip of strips(view, x, y)) fill(strip, view);
  }

  function fill([x, y, width, height], { left, top, ratio, ...view }) {
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.beginPath();
    ctx.rect(x, y, width, height);
    ctx.clip();
    ctx.clearRect(x, y, width, height);
    ctx.translate(x - SPILL, y - SPILL);
    paint(ctx, { ...view, ratio, left: left + x - SPILL, top: top + y - SPILL, width: width + 2 * SPILL, height: height + 2 * SPILL });
    ctx.restore();
  }

  return {
    prepare,
    // A view without dots is on a picture: it is painted there at once.
    paintOn(target, view) {
      if (!view.ratio) return paint(target, view);
      while (!prepare(view));
      target.drawImage(canvas, 0, 0, canvas.width / view.ratio, canvas.height / view.ratio);
    },
    forget() { held = coming = null; },
  };
}

export const same = (one, other) => ["scale", "left", "top", "width", "height", "ratio"].every((name) => one[name] === other[name]);

/**
 * How far the picture of one view lies from that of another, in points; null where it cannot be used again.
 * @param {View} before
 * @param {View} now
 * @returns {Point | null}
 */
export function shiftBetween(before, now) {
  if (["scale", "width", "height", "ratio"].some((name) => before[name] !== now[name])) return null;
  /** @type {Point} */
  const shift = [before.left - now.left, before.top - now.top];
  const fits = shift.every((way) => Number.isInteger(way * now.ratio));
  return fits && Math.abs(shift[0]) < now.width && Math.abs(shift[1]) < now.height ? shift : null;
}

/**
 * What is new in a view after such a shift: at most an upright and a lying strip, x, y, width, height.
 * @returns {Box[]}
 */
export function strips({ width, height }, x, y) {
  /** @type {Box | null} */
  const upright = x ? [x > 0 ? 0 : width + x, 0, Math.abs(x), height] : null;
  /** @type {Box | null} */
  const lying = y ? [x > 0 ? x : 0, y > 0 ? 0 : height + y, width - Math.abs(x), Math.abs(y)] : null;
  return [upright, lying].filter(Boolean);
}
