import {
  chooseTime,
  type Held,
  holdSomeTime,
  openPage,
  pay,
  submit,
  tryToHold,
  untilActive,
} from "../enrolling";
import { openAccount } from "../families";
import { type Flow, Undone, type Visit } from "../flow";

async function goOn(visit: Visit, name: string, held: Held & { instrument: string }): Promise<void> {
  const family = await openAccount(visit.world, name);
  const enrollmentId = await submit(visit, family, held, { instrument: held.instrument, start: "trial" });
  if ((await pay(await openPage(visit.world, enrollmentId))) !== "paid")
    throw new Undone("the payment page expired");
  await untilActive(visit.world, enrollmentId);
}

/** Two families ask for one time at the same moment: at most one has it, the other takes another time, and both pay. */
export const contested: Flow = {
  name: "contested",
  weight: 2,
  visits: [
    async (visit) => {
      const { instrument, ...time } = await chooseTime(visit);
      const asked = await Promise.all([
        tryToHold(visit, instrument, time),
        tryToHold(visit, instrument, time),
      ]);
      visit.record.expect("one time was held for one family", async () => asked.filter(Boolean).length <= 1);
      const both = await Promise.all(
        asked.map(async (held) => (held ? { ...held, instrument } : holdSomeTime(visit))),
      );
      await Promise.all(both.map((held, nth) => goOn(visit, nth === 0 ? "Cassius" : "Claudia", held)));
    },
  ],
};
