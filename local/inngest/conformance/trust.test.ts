import { describe, expect, it, vi } from "vitest";
import { canonical, executeBody } from "../protocol";
import { bearerToken, sign } from "../signature";
import type { Fault } from "./app/front";
import { describeWhere, needs, startProof } from "./proof";

const proof = startProof(["steps"]);

describeWhere(needs.signatures, "15. Signatures", () => {
  const otherKey = `signkey-prod-${"0".repeat(64)}`;
  const bodyOf = () =>
    executeBody({
      runId: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
      attempt: 0,
      maxAttempts: 1,
      planOnly: false,
      batch: null,
      event: canonical({ data: { answer: 1, key: "signed" }, id: "1", name: `${proof.app}/plain`, ts: 1 }),
      steps: [],
    });
  const call = async (headers: Record<string, string>, sent = bodyOf()) => {
    const url = `${proof.appProcess.url}?fnId=${proof.app}-plain&stepId=step`;
    const version = { "x-inngest-req-version": "2", "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", body: sent, headers: { ...version, ...headers } });
    return response.status;
  };
  const ownKey = () => proof.signingKey ?? "";

  it("are taken by the app when they are good, as those of every call here are", async () => {
    expect(await call({ "x-inngest-signature": sign(bodyOf(), ownKey()) })).toBe(200);
  });

  it("are demanded by the app: a call without one, or with another key's, is refused", async () => {
    expect(await call({})).toBe(401);
    expect(await call({ "x-inngest-signature": sign(bodyOf(), otherKey) })).toBe(401);
    const changed = bodyOf().replace('"attempt":0', '"attempt":1');
    expect(await call({ "x-inngest-signature": sign(bodyOf(), ownKey()) }, changed)).toBe(401);
  });

  it("expire: a call signed six minutes ago is refused", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 6 * 60_000 });
    const old = sign(bodyOf(), ownKey());
    vi.useRealTimers();
    expect(await call({ "x-inngest-signature": old })).toBe(401);
  });

  it("open the REST API to the signing key only", async () => {
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${proof.baseUrl}/v1/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer signkey-prod-00" })).toBe(401);
    expect(await status({ authorization: `Bearer ${bearerToken(ownKey())}` })).toBe(404);
  });

  it("let only an app with the signing key register functions", async () => {
    const response = await fetch(`${proof.baseUrl}/fn/register`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${bearerToken(otherKey)}` },
      body: JSON.stringify({ appName: proof.app, functions: [] }),
    });
    expect(response.status).toBe(401);
    expect((await proof.ended(await proof.send("plain", { key: proof.newKey(), answer: 1 }))).output).toBe(1);
  });
});

describe("17. Answers that are not the app's", () => {
  const goesOn = async (fault: Omit<Fault, "fn">) => {
    const key = proof.newKey();
    await proof.appProcess.fault({ ...fault, fn: "sequence" });
    const run = await proof.ended(await proof.send("sequence", { key }));
    expect(run).toMatchObject({ status: "Completed", output: { a: 10, b: 11, c: 12 } });
    expect(proof.count(`fault/sequence/${fault.kind}`)).toBeGreaterThan(0);
  };

  it("takes a 200 without the SDK's header for no success, and calls again", () =>
    goesOn({ kind: "reply", status: 200, body: "OK" }));

  it("takes JSON without the SDK's header for no result", () =>
    goesOn({ kind: "reply", status: 200, type: "application/json", body: '{"a":1,"b":2,"c":3}' }));

  it("takes a proxy's 502 page for no failure of the function, and calls again", () =>
    goesOn({ kind: "reply", status: 502, type: "text/html", body: "<html>Bad gateway</html>" }));

  it("calls again when the connection breaks off", () => goesOn({ kind: "reset" }));
});
