// The part of the window, or of the sheet that is printed, that no surface covers: left, top, right, bottom.

export const printing = () => document.documentElement.classList.contains("printing");

export function freeBox() {
  if (printing()) return freeOfPaper();
  if (innerWidth < 760) return [0, 90, innerWidth, innerHeight * 0.28];
  const rtl = document.documentElement.dir === "rtl";
  return rtl ? [0, 0, innerWidth - 350, innerHeight - 150] : [350, 0, innerWidth, innerHeight - 150];
}

// What is seen of the map now: on a phone more than what stays free of a card.
export function seenBox() {
  const box = freeBox();
  if (innerWidth < 760 && !printing()) box[3] = Math.max(box[3], document.getElementById("panel").getBoundingClientRect().top);
  return box;
}

function freeOfPaper() {
  const [page, panel, bar] = ["page", "panel", "timebar"].map((id) => document.getElementById(id).getBoundingClientRect());
  const bottom = bar.height ? bar.top : page.bottom;
  return document.documentElement.dir === "rtl" ? [0, 0, panel.left, bottom] : [panel.right, 0, page.right, bottom];
}
