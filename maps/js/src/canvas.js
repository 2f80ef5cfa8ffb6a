// A Leaflet layer with one canvas, a little larger than the view, moved by CSS while the map is dragged.

import L from "leaflet";

const MARGIN = 0.12;
const PAPER = 3; // dots of the canvas for a CSS pixel on paper

export const CanvasLayer = L.Renderer.extend({
  // `paint(ctx, view)`; view gives `project(x, y)` of Mercator units 0..1 to canvas points, the box and the zoom.
  initialize(paint, pane) {
    L.Renderer.prototype.initialize.call(this, { padding: MARGIN, pane });
    this.paint = paint;
  },

  _initContainer() {
    this._container = L.DomUtil.create("canvas", "cm-canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._ctx = this._container.getContext("2d");
  },

  // Paper shows more dots than a screen.
  ratio() {
    return Math.max(window.devicePixelRatio || 1, this.sharp ? PAPER : 1);
  },

  // For the print: once sharp, then as before.
  sharpen(sharp) {
    this.sharp = sharp;
    this.options.padding = sharp ? MARGIN / 4 : MARGIN; // such a canvas is large: little more than is seen
    this._update();
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = this.ratio();
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    canvas.width = Math.ceil(size.x * ratio);
    canvas.height = Math.ceil(size.y * ratio);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    this.redraw();
  },

  redraw() {
    if (!this._map || !this._bounds) return;
    const ratio = this.ratio();
    const ctx = this._ctx;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const size = this._bounds.getSize();
    ctx.clearRect(0, 0, size.x, size.y);
    this.paint(ctx, this.view());
  },

  // The same on another canvas, as large as what is seen of the map.
  paintOn(ctx, width, height) {
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    this.paint(ctx, this.view(corner, { x: width, y: height }));
  },

  view(corner = this._bounds.min, size = this._bounds.getSize()) {
    const zoom = this._map.getZoom();
    const scale = 256 * 2 ** zoom;
    const origin = this._map.getPixelOrigin().add(corner);
    return { zoom, scale, left: origin.x, top: origin.y, width: size.x, height: size.y, min: corner };
  },

  onRemove() {
    this.off("update", this._updatePaths, this);
    this._container.remove();
  },
});
