import type postgres from "postgres";
import { fixtureOffset } from "./fixture";
import { asPrincipal, type Refusal, refusalOf, service, type TestPrincipal, type Tx } from "./principal";

class Undone extends Error {}

type Circumstances = {
  /** Whose work it is; the academy's own unless said. */
  readonly as?: TestPrincipal | undefined;
  /** Minutes after the fixture's now. */
  readonly after?: number | undefined;
};

/** Runs work, checks what is checked at commit, undoes it, and gives what it came to. */
export async function undone<T>(
  app: postgres.Sql,
  work: (tx: Tx) => Promise<T>,
  { as = service, after = 0 }: Circumstances = {},
): Promise<T> {
  let result: { readonly of: T } | undefined;
  try {
    await asPrincipal(
      app,
      as,
      async (tx) => {
        result = { of: await work(tx) };
        await tx`set constraints all immediate`;
        throw new Undone();
      },
      fixtureOffset() + after * 60_000,
    );
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  if (!result) throw new Error("The work did not come to its end.");
  return result.of;
}

/** How work of the academy itself is refused; it is undone. */
export function attempt(app: postgres.Sql, work: (tx: Tx) => Promise<unknown>): Promise<Refusal | undefined> {
  return refusalOf(undone(app, work));
}
