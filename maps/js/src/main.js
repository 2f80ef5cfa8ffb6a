import L from "leaflet";
import "leaflet/dist/leaflet.css";
globalThis.L = L;
