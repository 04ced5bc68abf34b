import { z } from "zod";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { route } from "@/lib/http/route";
import { keptAnswer } from "@/lib/scheduling/public-open-times";
import { listTimeslots, timeslot, timeslotFilter } from "@/lib/scheduling/timeslots";

export const dynamic = "force-dynamic";

/** The times of the week that can be booked, for anybody. */
export const GET = route(
  {
    name: "public.timeslots",
    auth: "public",
    rateLimit: { most: 600, seconds: 60 },
    query: timeslotFilter,
    response: z.array(timeslot),
    cacheControl: "public, max-age=120, stale-while-revalidate=120",
  },
  async ({ query }) => {
    const { timeslots, total } = await keptAnswer(`timeslots ${JSON.stringify(query)}`, () =>
      withPrincipal(visitor, (db) => listTimeslots(db, query)),
    );
    return { data: timeslots, totalCount: total };
  },
);
