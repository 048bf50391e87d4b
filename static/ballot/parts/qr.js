// A QR code as inline SVG, built element by element: no image, no style attribute, nothing leaves the page.

import { encode } from "uqr";
import { svg } from "./dom.js";

const QUIET_ZONE = 2;

/** An <svg class="qr"> that carries `text`. */
export function qr(text) {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  const runs = [];
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const from = x;
      while (x < size && row[x]) x++;
      runs.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
    }
  });
  const attributes = { class: "qr", viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges", "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d: runs.join("") }));
}
