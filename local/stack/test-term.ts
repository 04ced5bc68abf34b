import { runTerm } from "../term/term";
import { runTestProgram } from "./test-program";

/** `npm run test:term`: four months at the academy, played by moving the clock. */
await runTestProgram(runTerm);
