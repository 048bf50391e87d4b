// What every page needs. Each module finds its own marks in the page and does nothing without them;
// the page works without all of them.
import { watchConfirms, watchPulse } from "./confirm.js";
import { watchCounts } from "./count.js";
import { watchDrawers } from "./drawer.js";
import { watchDrops } from "./drop.js";
import { giveBack, watchSignIn } from "./kept.js";
import { watchOnce } from "./once.js";
import { watchPrint } from "./print.js";
import { reveal } from "./reveal.js";
import { watchRows } from "./rows.js";
import { watchSaves } from "./save.js";
import { watchSearch } from "./search.js";
import { watchTables } from "./stack.js";
import { carryTicks, tickAll, watchTicks } from "./ticks.js";
import { watchToasts } from "./toast.js";

document.documentElement.classList.add("js");
watchSearch();
watchDrawers();
watchOnce();
watchPulse();
watchSaves();
watchSignIn();

// These mark up what they find, so they look again at what htmx brings in.
function look(root) {
  watchConfirms(root);
  watchCounts(root);
  watchDrops(root);
  watchPrint(root);
  watchRows(root);
  watchTables(root);
  watchTicks(root);
  tickAll(root);
  carryTicks(root);
  watchToasts(root);
  reveal(root);
}

look(document);
giveBack();
document.addEventListener("htmx:load", (event) => look(event.target));
