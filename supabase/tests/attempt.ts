import type postgres from "postgres";
import { fixtureOffset } from "./fixture";
import { asPrincipal, type Refusal, refusalOf, service, type Tx } from "./principal";

class Undone extends Error {}

/** Runs work as the academy itself, with deferred constraints checked, and undoes it; tells how it was refused. */
export async function attempt(
  app: postgres.Sql,
  work: (tx: Tx) => Promise<unknown>,
): Promise<Refusal | undefined> {
  try {
    return await refusalOf(
      asPrincipal(
        app,
        service,
        async (tx) => {
          await work(tx);
          await tx`set constraints all immediate`;
          throw new Undone();
        },
        fixtureOffset(),
      ),
    );
  } catch (error) {
    if (error instanceof Undone) return undefined;
    throw error;
  }
}
