import { ids } from "./fixture-ids";
import type { Violations } from "./lesson-violations";
import type { Tx } from "./principal";
import {
  acceptOffer,
  become,
  declineOffer,
  joinClassWaitlist,
  joinLessonWaitlist,
  leaveClass,
  newClass,
  offerByHand,
  saveClass,
  takeSeat,
} from "./waitlist-steps";

const asAdmin = async (tx: Tx): Promise<void> => become(tx, "admin");

/** A class whose only seat student B1 has and for which A2 waits, by the entry's id; the caller is parent A. */
async function waitingChild(tx: Tx): Promise<string> {
  const choir = await newClass(tx);
  await takeSeat(tx, choir, ids.studentB1);
  await become(tx, "parentA");
  const [row] = await joinClassWaitlist(tx, choir, ids.studentA2);
  return row?.entry ?? "";
}

/** Of classes and the waitlist what their functions refuse. */
export const waitlistViolations: Violations = {
  student_missing: {
    "another family's child": async (tx) => {
      await become(tx, "parentB");
      await takeSeat(tx, ids.classA, ids.studentA2);
    },
  },
  class_missing: {
    "a seat in no class": async (tx) => {
      await become(tx, "parentA");
      await takeSeat(tx, ids.waitingA, ids.studentA2);
    },
    "no class that changes": async (tx) => {
      await asAdmin(tx);
      await saveClass(tx, { id: ids.waitingA });
    },
  },
  class_choice_missing: {
    "a teacher who left": async (tx) => {
      await asAdmin(tx);
      await saveClass(tx, { teacher: ids.formerTeacher });
    },
  },
  class_day_missing: {
    "a class without a weekday": async (tx) => {
      await asAdmin(tx);
      await saveClass(tx, { weekday: null });
    },
  },
  class_off_grid: {
    "47 minutes": async (tx) => {
      await asAdmin(tx);
      await saveClass(tx, { minutes: 47 });
    },
  },
  class_without_weeks: {
    "a recital outside its term": async (tx) => {
      await asAdmin(tx);
      await saveClass(tx, { kind: "recital", day: "2026-12-22" });
    },
  },
  class_over: {
    "a class whose lessons are past": async (tx) => {
      const choir = await newClass(tx);
      await become(tx, "admin", 60 * 24 * 90);
      await takeSeat(tx, choir, ids.studentA2);
    },
  },
  class_has_seats: {
    "a waitlist that nobody needs": async (tx) => {
      const choir = await newClass(tx);
      await joinClassWaitlist(tx, choir, ids.studentA2);
    },
  },
  class_seat_once: {
    "a place on the waitlist beside a seat": async (tx) => {
      const choir = await newClass(tx);
      await takeSeat(tx, choir, ids.studentA2);
      await joinClassWaitlist(tx, choir, ids.studentA2);
    },
  },
  seat_missing: {
    "a seat that nobody took": async (tx) => {
      const choir = await newClass(tx);
      await leaveClass(tx, choir, ids.studentA2);
    },
  },
  seat_not_free: {
    "a seat that is taken": async (tx) => {
      const entry = await waitingChild(tx);
      await asAdmin(tx);
      await offerByHand(tx, entry, "A sibling plays in it");
    },
    "a seat that is offered already": (tx) =>
      tx`with other as (
           insert into waitlist_entries (family_id, student_id, class_id)
           values (${ids.familyB}, ${ids.studentB1}, ${ids.classA}) returning id
         )
         insert into waitlist_offers (entry_id, family_id, class_id, expires_at)
         select o.id, ${ids.familyB}, ${ids.classA}, private.now() + interval '1 hour' from other o, generate_series(1, 2)`,
  },
  entry_missing: {
    "an entry that does not exist": async (tx) => {
      await asAdmin(tx);
      await offerByHand(tx, ids.classA, "A sibling plays in it");
    },
  },
  entry_not_waiting: {
    "an entry that has an offer": async (tx) => {
      await asAdmin(tx);
      await offerByHand(tx, ids.waitingA, "A sibling plays in it");
    },
  },
  entry_not_eligible: {
    "a child who is too old by now": async (tx) => {
      const entry = await waitingChild(tx);
      await become(tx, "academy");
      await tx`update classes set maximum_age = 9`;
      await asAdmin(tx);
      await offerByHand(tx, entry, "A sibling plays in it");
    },
  },
  offer_reason_missing: {
    "an offer by hand without a word": async (tx) => {
      await asAdmin(tx);
      await offerByHand(tx, ids.waitingA, " ");
    },
  },
  time_not_open: {
    "a time on a closed day": async (tx) => {
      await become(tx, "parentA");
      const [row] = await joinLessonWaitlist(tx, ids.studentA2);
      await asAdmin(tx);
      await offerByHand(tx, row?.entry ?? "", "A long wait", ids.teacher1, "2026-11-25T21:00:00Z");
    },
  },
  offer_missing: {
    "another family's offer": async (tx) => {
      await become(tx, "parentB");
      await acceptOffer(tx, ids.offerA);
    },
    "another family's answer": async (tx) => {
      await become(tx, "parentB");
      await declineOffer(tx, ids.offerA);
    },
  },
  waitlist_times_too_short: {
    "a quarter of an hour": async (tx) => {
      await become(tx, "parentA");
      await joinLessonWaitlist(tx, ids.studentA2, { times: "{[960,975)}" });
    },
  },
};
