import { describe, expect, it, vi } from "vitest";
import { AppError } from "@/lib/errors";
import { patience, persist, persistUntil } from "./persist";

const away = () => new Error("connect ECONNREFUSED");
const refused = (code: "conflict" | "unavailable") => new AppError(code, { userMessage: "No." });

describe("a person who meets a service that is away", () => {
  it("tries again until it is there, and counts", async () => {
    const before = patience.triedAgain;
    const act = vi
      .fn()
      .mockRejectedValueOnce(away())
      .mockRejectedValueOnce(refused("unavailable"))
      .mockResolvedValue(7);
    expect(await persist(act)).toBe(7);
    expect(act).toHaveBeenCalledTimes(3);
    expect(patience.triedAgain).toBe(before + 2);
  });

  it("takes no for an answer", async () => {
    const act = vi.fn().mockRejectedValue(refused("conflict"));
    await expect(persist(act)).rejects.toMatchObject({ code: "conflict" });
    expect(act).toHaveBeenCalledTimes(1);
  });
});

describe("a person who wants something once", () => {
  /** Something that is done by the n-th call, whatever the call answers. */
  function arrange(answers: (Error | null)[]) {
    let isDone = false;
    const act = vi.fn(async () => {
      const answer = answers.shift() ?? null;
      if (!answer || answer.message.includes("answer lost")) isDone = true;
      if (answer) throw answer;
    });
    return { look: async () => (isDone ? "done" : null), act };
  }

  it("does it once", async () => {
    const { look, act } = arrange([]);
    expect(await persistUntil(look, act)).toBe("done");
    expect(await persistUntil(look, act)).toBe("done");
    expect(act).toHaveBeenCalledTimes(1);
  });

  it("does not do it again when only the answer was lost", async () => {
    const { look, act } = arrange([away(), new Error("answer lost")]);
    expect(await persistUntil(look, act)).toBe("done");
    expect(act).toHaveBeenCalledTimes(2);
  });

  it("gives up when it is refused", async () => {
    const { look, act } = arrange([refused("conflict")]);
    await expect(persistUntil(look, act)).rejects.toMatchObject({ code: "conflict" });
  });
});
