import { expect, it, vi } from "vitest";
import { readAnswer } from "../app-call";
import { isSignatureValid, sign } from "../signature";
import { describeWhere, eventually, failureOf, needs, startProof } from "./proof";

const proof = startProof(["steps", "failures", "crashes", "crons", "refused"], { server: "embedded" });

const read = async (path: string) => {
  const response = await fetch(`${proof.baseUrl}${path}`);
  return { status: response.status, text: await response.text() };
};

describeWhere(needs.embedded, "What it cannot do", () => {
  it("refuses a function whose options it cannot read, and says so", async () => {
    const event = await proof.send("nonsense", { n: 1 });
    expect(JSON.parse((await read("/health")).text)).toMatchObject({
      refused: [{ id: `${proof.app}-nonsense`, reasons: [expect.stringContaining("trigger if")] }],
    });
    expect(await proof.runsOf(event)).toEqual([]);
  });

  it("fails loudly on an operation that it does not know", async () => {
    const run = await proof.ended(await proof.send("signal"));
    expect(run.status).toBe("Failed");
    expect(failureOf(run)).toContain("UnsupportedOperation");
  });
});

describeWhere(needs.embedded, "Its page", () => {
  it("shows functions, runs with their errors, and each step, with markup escaped", async () => {
    const data = { key: proof.newKey(), note: "<script>alert(1)</script>" };
    const { run_id } = await proof.ended(await proof.send("hopeless", data));
    const list = await read(`/?status=failed&function=${proof.app}-hopeless`);
    expect(list.status).toBe(200);
    expect(list.text).toContain(`href="/runs/${run_id}"`);
    expect(list.text).toContain("out of order");
    expect(list.text).toContain(`${proof.app}-nonsense`);
    expect(list.text).toContain("cron TZ=Europe/Paris 17 * * * *");
    const detail = await read(`/runs/${run_id}`);
    expect(detail.text).toContain("broken");
    expect(detail.text).toContain("&lt;script&gt;");
    expect(detail.text).not.toContain("<script>");
    expect((await read("/runs/none")).status).toBe(404);
  });
});

describeWhere(needs.embedded, "15. Signatures of answers", () => {
  const key = () => proof.signingKey ?? "";

  it("counts no answer without the app's signature, and calls again", async () => {
    const name = proof.newKey();
    await proof.appProcess.fault({ fn: "sequence", kind: "unsigned" });
    const run = await proof.ended(await proof.send("sequence", { key: name }));
    // The body ran, but its result was not believed: the second run's counts.
    expect(run).toMatchObject({ status: "Completed", output: { a: 20, b: 21, c: 22 } });
    expect(proof.count(`${name}/a`)).toBe(2);
  });

  it("knows a good signature from one for another body or of another hour", () => {
    const good = sign("{}", key());
    expect(isSignatureValid(good, "{}", key())).toBe(true);
    expect(isSignatureValid(good, "{} ", key())).toBe(false);
    expect(isSignatureValid(undefined, "{}", key())).toBe(false);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 6 * 60_000 });
    const old = sign("{}", key());
    vi.useRealTimers();
    expect(isSignatureValid(old, "{}", key())).toBe(false);
  });

  it("reads as a success only what is the SDK's own, signed", () => {
    const kindOf = (status: number, headers: Record<string, string>, body: string) =>
      readAnswer({ status, headers, body }, key(), new Date()).kind;
    const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0" };
    expect(kindOf(200, {}, "null")).toBe("away");
    expect(kindOf(502, {}, "<html>Bad gateway</html>")).toBe("away");
    expect(kindOf(200, sdk, "null")).toBe("away");
    expect(kindOf(200, { ...sdk, "x-inngest-signature": sign("1", key()) }, "null")).toBe("away");
    expect(kindOf(200, { ...sdk, "x-inngest-signature": sign("null", key()) }, "null")).toBe("returned");
  });
});

describeWhere(needs.embedded, "12. No attempt is used up by an app", () => {
  it("in whose place a proxy answers", async () => {
    const key = proof.newKey();
    proof.open(key);
    await proof.appProcess.fault({ fn: "held", kind: "reply", status: 502, body: "<html>", times: 3 });
    const run = await proof.ended(await proof.send("held", { key }));
    expect(run.status).toBe("Completed");
    for (const step of ["before", "hold", "after"]) expect(proof.count(`${key}/${step}`), step).toBe(1);
  });

  it("that dies with a step in hand", async () => {
    const key = proof.newKey();
    const event = await proof.send("held", { key });
    await proof.noted(`${key}/hold`);
    await proof.appProcess.kill();
    await proof.appProcess.start();
    await proof.noted(`${key}/hold`, 2);
    proof.open(key);
    expect(await proof.ended(event)).toMatchObject({
      status: "Completed",
      output: { before: "before 1", hold: "hold 2" },
    });
    expect(proof.count(`${key}/before`)).toBe(1);
    expect(proof.count(`${key}/after`)).toBe(1);
  });

  it("that is down from the first call on", async () => {
    await proof.appProcess.kill();
    const key = proof.newKey();
    proof.open(key);
    const event = await proof.send("held", { key });
    // It has been tried more than once.
    await eventually(async () => {
      const [job] = await proof.embedded.sql`
        select j.drops from inngest.jobs j join inngest.runs r on r.id = j.run_id where r.event_id = ${event}`;
      expect(job?.drops).toBeGreaterThan(1);
    });
    await proof.appProcess.start();
    expect(await proof.ended(event)).toMatchObject({ status: "Completed" });
    for (const step of ["before", "hold", "after"]) expect(proof.count(`${key}/${step}`), step).toBe(1);
  });
});

describeWhere(needs.embedded, "12. Connections to the database", () => {
  it("may all be cut while a step is at work", async () => {
    const key = proof.newKey();
    const event = await proof.send("held", { key });
    await proof.noted(`${key}/hold`);
    await proof.embedded.cutConnections();
    proof.open(key);
    expect(await proof.ended(event)).toMatchObject({ status: "Completed" });
    expect(proof.count(`${key}/after`)).toBe(1);
    await proof.marker();
  });
});
