import type { Check } from "../../chaos/invariants/check";
import type { Story } from "../story";

type Offer = { id: string; status: string; offeredAt: Date; expiresAt: Date; letters: number };

const offersOf = ({ world: { sql } }: Story, entryId: string): Promise<Offer[]> => sql<Offer[]>`
  select o.id, o.status, o.offered_at as "offeredAt", o.expires_at as "expiresAt",
         (select count(*)::int from email_log m where m.key = 'waitlist-offer:' || o.id and m.status = 'sent') as letters
    from waitlist_offers o where o.entry_id = ${entryId} order by o.offered_at`;

export const waitlistChecks: readonly Check<Story>[] = [
  {
    name: "the freed time went to the first family for two hours, then to the second, who took it; the first came too late",
    find: async (story) => {
      const { freed, world } = story;
      if (!freed) return ["no time was freed"];
      const [first, ...rest] = await offersOf(story, freed.first.entryId);
      const [second, ...more] = await offersOf(story, freed.second.entryId);
      if (!first || !second) return ["an offer is missing"];
      const found: string[] = [];
      if (rest.length + more.length > 0) found.push("there were further offers");
      if (first.status !== "expired" || second.status !== "accepted")
        found.push(`offer ${first.id} is ${first.status}, offer ${second.id} ${second.status}`);
      if (second.offeredAt < first.expiresAt)
        found.push(`offer ${second.id} was made before ${first.id} was over`);
      const [rule] = await world.sql<{ minutes: number }[]>`
        select offer_minutes as minutes from academy_settings`;
      for (const { id, offeredAt, expiresAt, letters } of [first, second]) {
        const minutes = (expiresAt.getTime() - offeredAt.getTime()) / 60_000;
        if (Math.round(minutes) !== rule?.minutes) found.push(`offer ${id} was open for ${minutes} minutes`);
        if (letters !== 1) found.push(`offer ${id} was told ${letters} times`);
      }
      if (freed.lateAnswer !== "expired") found.push(`who came too late was told: ${freed.lateAnswer}`);
      const lessons = await world.sql<{ status: string }[]>`
        select l.status from lessons l join enrollments e on e.id = l.enrollment_id
         where e.id = ${freed.trialId ?? null} and l.starts_at = ${freed.startsAt} and e.status = 'active'
           and l.status <> 'cancelled'`;
      if (lessons.length !== 1)
        found.push(`enrollment ${freed.trialId} has ${lessons.length} lessons at that time`);
      return found;
    },
  },
];
