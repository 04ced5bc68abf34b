import { enterChild, openAccount } from "../families";
import type { Flow } from "../flow";
import { giveSeatBack, hasSeat, takeSeat } from "../seats";

/** A child takes a seat in a class, and half of them give it back. */
export const classSeat: Flow = {
  name: "class-seat",
  weight: 2,
  visits: [
    async ({ world, random, record }) => {
      const family = await openAccount(world, "Clement");
      const seat = { classId: world.classes.roomy, studentId: await enterChild(world, family) };
      await takeSeat(world, family, seat);
      const stays = random.chance(0.5);
      if (!stays) await giveSeatBack(world, family, seat);
      record.expect(`student ${seat.studentId} ${stays ? "has" : "has given back"} the seat`, async () => {
        return (await hasSeat(world, seat)) === stays;
      });
    },
  ],
};
