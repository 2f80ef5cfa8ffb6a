// A Leaflet layer with one canvas, a little larger than the view, moved by CSS while the map is dragged.

import * as L from "leaflet/dist/leaflet-src.esm.js";

const MARGIN = 0.12;
const PAPER = 3; // dots of the canvas for a CSS pixel on paper

export const CanvasLayer = L.Renderer.extend({
  // `paint(ctx, view)`: view tells how Mercator units 0..1 become canvas points, its box, its zoom and its dots a point.
  // `opaque()`: whether the paint covers all of it, which makes it quicker to put on the screen. `prepare(view)`: asked
  // once a frame when the map has moved, until it says that all is ready to be painted: to lay out and to paint all
  // layers at once would take longer than a frame. `patient`: the first time too; else it is painted when it is added.
  initialize(paint, pane, { prepare, opaque = () => false, patient = false }) {
    L.Renderer.prototype.initialize.call(this, { padding: MARGIN, pane });
    Object.assign(this, { paint, prepare, opaque, patient, waiting: 0 });
  },

  _initContainer() {
    this._container = L.DomUtil.create("canvas", "cm-canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._ctx = this._container.getContext("2d", { alpha: !this.opaque() });
  },

  // Paper shows more dots than a screen.
  ratio() {
    return Math.max(window.devicePixelRatio || 1, this.sharp ? PAPER : 1);
  },

  // For the print: once sharp, then as before.
  sharpen(sharp) {
    this.sharp = sharp;
    this.options.padding = sharp ? MARGIN / 4 : MARGIN; // such a canvas is large: little more than is seen
    this.settle();
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    if (this._bounds) this.wait();
    else if (this.patient) this.beginHidden();
    else this.settle();
  },

  beginHidden() {
    L.Renderer.prototype._update.call(this);
    this._container.hidden = true;
    this.waiting = requestAnimationFrame(() => this.wait()); // the first frame of a page has enough to do
  },

  getEvents() {
    return { ...L.Renderer.prototype.getEvents.call(this), move: this.follow };
  },

  // While the map is dragged: before what is seen reaches the edge of the canvas.
  follow() {
    const map = this._map;
    if (!this._bounds || this.waiting || map._animatingZoom || map.getZoom() !== this._zoom) return;
    const size = map.getSize();
    const from = map.containerPointToLayerPoint([0, 0]).subtract(this._bounds.min);
    const to = this._bounds.max.subtract(map.containerPointToLayerPoint(size));
    if (Math.min(from.x, to.x) < (size.x * MARGIN) / 2 || Math.min(from.y, to.y) < (size.y * MARGIN) / 2) this.wait();
  },

  wait() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (!this._map || this._map._animatingZoom) return;
      if (!this.prepare(this.view(this.boundsToCome()))) return this.wait();
      this.settle();
      this.waiting = requestAnimationFrame(() => { this.waiting = 0; }); // this frame has had its work
    });
  },

  // The box that the layer will take: as Leaflet does it.
  boundsToCome() {
    const size = this._map.getSize();
    const min = this._map.containerPointToLayerPoint(size.multiplyBy(-this.options.padding)).round();
    return L.bounds(min, min.add(size.multiplyBy(1 + this.options.padding * 2)).round());
  },

  // Takes the place of the view, and is painted there.
  settle() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = this.ratio();
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    const [width, height] = [Math.ceil(size.x * ratio), Math.ceil(size.y * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    canvas.hidden = false;
    this.redraw();
    this.fire("painted");
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

  // The view that is as large as what is seen of the map.
  viewOf(width, height) {
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    return { ...this.view(L.bounds(corner, corner.add([width, height]))), ratio: 0 };
  },

  view(bounds = this._bounds) {
    const { min: corner } = bounds;
    const size = bounds.getSize();
    const zoom = this._map.getZoom();
    const scale = 256 * 2 ** zoom;
    const origin = this._map.getPixelOrigin().add(corner);
    return { zoom, scale, left: origin.x, top: origin.y, width: size.x, height: size.y, min: corner, ratio: this.ratio() };
  },

  onRemove() {
    cancelAnimationFrame(this.waiting);
    this.off("update", this._updatePaths, this);
    this._container.remove();
    this._container = null;
  },
});
