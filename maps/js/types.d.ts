// Types that comments of the page's JavaScript name; checked by TypeScript, never bundled.

declare module "leaflet/dist/leaflet-src.esm.js";
declare module "leaflet/dist/leaflet.css";

/** Longitude and latitude, or x and y in CSS pixels. */
type Point = [number, number];
/** Left, top, right, bottom; or left, top, width, height of a strip. */
type Box = [number, number, number, number];
/** First and last day, counted from 1970-01-01. */
type Days = [number, number];
/** Lowest, best, highest number that a source states; null is unknown, never 0. */
type Counts = [number | null, number | null, number | null];

/** What a layer knows when it paints: how Mercator units become points of its canvas. */
interface View {
  zoom: number;
  scale: number;
  left: number;
  top: number;
  width: number;
  height: number;
  /** Dots of the canvas for a CSS pixel; 0 on a picture, which has its own. */
  ratio: number;
}

interface Uint8ArrayConstructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}
