/** `npm run bench -- <name>`: runs a benchmark on a temporary stack; without a name, lists them. */
const benches = { enroll: "./enroll" } as const;

const name = process.argv[2];
if (name && name in benches) {
  const { run } = await import(benches[name as keyof typeof benches]);
  await run();
} else {
  console.log(`Benchmarks: ${Object.keys(benches).join(", ")}. Run one with: npm run bench -- enroll`);
  process.exitCode = name ? 1 : 0;
}
