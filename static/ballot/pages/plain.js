// The pages that only say something: in a rehearsal they say that too.

import { isVoting, markByBoxes } from "../parts/rehearsal.js";

markByBoxes(isVoting);
