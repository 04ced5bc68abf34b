import { run as enroll } from "./enroll";
import { run as rls } from "./rls";
import { run as slots } from "./slots";
import { run as workflow } from "./workflow";

/** `npm run bench -- <name>`: runs a benchmark on a temporary stack; without a name, lists them. */
const benches = new Map([
  ["enroll", enroll],
  ["rls", rls],
  ["slots", slots],
  ["workflow", workflow],
]);

const wanted = process.argv[2];
const bench = wanted ? benches.get(wanted) : undefined;
if (bench) {
  await bench();
} else {
  console.log(
    `Benchmarks: ${[...benches.keys()].join(", ")}. Run one with, for example: npm run bench -- enroll`,
  );
  process.exitCode = wanted ? 1 : 0;
}
