import { service, withPrincipal } from "@/lib/db/principal";
import { listOpenWeeklyTimes } from "@/lib/scheduling/queries";
import { createRandom } from "../../supabase/seed/random";
import {
  findInstrument,
  openPage,
  pay,
  type Start,
  submit,
  tryToHold,
  untilActive,
} from "../chaos/enrolling";
import { openAccount } from "../chaos/families";
import { FlowRecord, type Visit } from "../chaos/flow";
import type { World } from "../chaos/world";
import { DAY, HOUR } from "./calendar";
import type { Player } from "./story";

/** A visit of a family as chaos knows it, by the month. */
export function visitOf(world: World, n: number, instrument: string): Visit {
  const flow = { n, kind: "term", instrument, cadence: "monthly", seed: n } as const;
  return { world, flow, random: createRandom(n), record: new FlowRecord(flow) };
}

const INSTRUMENTS = ["piano", "guitar", "violin"] as const;
type Choice = Start & { readonly instrument: string };

/** Open times of three teachers at nearly one hour of one day, so that one stop of the clock serves their reminders. */
async function chooseTimes(world: World): Promise<readonly Choice[]> {
  const open: Choice[] = [];
  for (const instrument of INSTRUMENTS) {
    const instrumentId = await findInstrument(world, instrument);
    const times = await withPrincipal(service("term"), (db) =>
      listOpenWeeklyTimes(db, { instrumentId, minutes: 30, age: 9 }),
    );
    open.push(...times.map(({ teacherId, startsAt }) => ({ teacherId, startsAt, instrument })));
  }
  const earliest = Date.now() + 3 * DAY;
  for (const first of open.filter(({ startsAt }) => startsAt.getTime() > earliest)) {
    const near = open.filter(
      ({ startsAt }) => Math.abs(startsAt.getTime() - first.startsAt.getTime()) <= HOUR,
    );
    const chosen: Choice[] = [];
    for (const instrument of INSTRUMENTS) {
      const time = near.find(
        (other) =>
          other.instrument === instrument && !chosen.some(({ teacherId }) => teacherId === other.teacherId),
      );
      if (time) chosen.push(time);
    }
    if (chosen.length === INSTRUMENTS.length) return chosen;
  }
  throw new Error("no three teachers are free at nearly one hour");
}

async function enroll(visit: Visit, name: string, time: Choice): Promise<Player> {
  const { world } = visit;
  const family = await openAccount(world, name);
  const held = await tryToHold(visit, time.instrument, time);
  if (!held) throw new Error("the time that was open is taken");
  const enrollmentId = await submit(visit, family, held, { instrument: time.instrument, start: "plan" });
  if ((await pay(await openPage(world, enrollmentId))) !== "paid")
    throw new Error("the first month was not paid");
  await untilActive(world, enrollmentId);
  const [row] = await world.sql<Pick<Player, "enrollmentId" | "familyId" | "studentId">[]>`
    select id as "enrollmentId", family_id as "familyId", student_id as "studentId" from enrollments where id = ${enrollmentId}`;
  if (!row) throw new Error(`the enrollment ${enrollmentId} is gone`);
  return { family, instrument: time.instrument, ...row };
}

/** Three families enrol in weekly lessons by the month, through the doors that every family uses, and pay. */
export async function enrolFamilies(world: World) {
  const [first, second, third] = await chooseTimes(world);
  if (!first || !second || !third) throw new Error("three times were chosen");
  return {
    steady: await enroll(visitOf(world, 1, first.instrument), "Gloria", first),
    declined: await enroll(visitOf(world, 2, second.instrument), "Delmar", second),
    leaving: await enroll(visitOf(world, 3, third.instrument), "Corinne", third),
  };
}
