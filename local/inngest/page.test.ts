import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eventually, startHarness } from "./test-harness";

vi.setConfig({ testTimeout: 60_000 });

let harness: Awaited<ReturnType<typeof startHarness>>;
let isBroken = true;
const counts = new Map<string, number>();

function count(name: string): number {
  const next = (counts.get(name) ?? 0) + 1;
  counts.set(name, next);
  return next;
}

beforeAll(async () => {
  harness = await startHarness((client) => [
    client.createFunction({ id: "breaks", retries: 1, triggers: { event: "t/breaks" } }, async ({ step }) => {
      await step.run("kept", () => count("kept"));
      await step
        .run("caught", () => {
          count("caught");
          throw new Error("expected");
        })
        .catch(() => undefined);
      await step.run("broken", () => {
        count("broken");
        if (isBroken) throw new Error("<b>out of order</b>");
      });
      return step.run("after", () => count("after"));
    }),
    client.createFunction({ id: "body", retries: 0, triggers: { event: "t/body" } }, async ({ step }) => {
      await step.run("fine", () => count("fine"));
      if (isBroken) throw new Error("between the steps");
      return "well";
    }),
    client.createFunction(
      {
        id: "sleeps",
        triggers: { event: "t/sleeps" },
        idempotency: "event.data.key",
        timeouts: { finish: "90d" },
      },
      async ({ step }) => {
        await step.sleep("long", "60d");
      },
    ),
    client.createFunction(
      {
        id: "alone",
        retries: 0,
        triggers: { event: "t/alone" },
        singleton: { mode: "skip" },
        rateLimit: { limit: 50, period: "1s" },
      },
      async ({ event, step }) => {
        if (event.data.fail && isBroken) throw new Error("failed alone");
        await step.sleep("long", "60d");
      },
    ),
  ]);
});

afterAll(() => harness?.stop());

type Answer = { status: number; text: string; location: string };

/** A bare request, because fetch sets Host and Origin as it likes. */
function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${harness.base}${path}`, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      const location = response.headers.location ?? "";
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, location }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const submit = (path: string) => ask("POST", path, { ...FORM, origin: harness.base });

/** Submits a form and follows where it leads. */
async function act(path: string): Promise<Answer> {
  const { status, location } = await submit(path);
  expect(status).toBe(303);
  return { ...(await ask("GET", location)), location };
}

async function runOf(event: string, status: string): Promise<string> {
  return eventually(async () => {
    const [run] = await harness.runsOf(event);
    expect(run?.status).toBe(status);
    return run?.run_id ?? "";
  });
}

async function statusOf(runId: string): Promise<unknown> {
  return ((await harness.call(`/v1/runs/${runId}`)).data as { status: string }).status;
}

describe("the pages", () => {
  it("list functions with their triggers and options", async () => {
    const { text } = await ask("GET", "/");
    expect(text).toContain("t/sleeps");
    expect(text).toContain("singleton: mode skip");
    expect(text).toContain("rateLimit: limit 50, period 1s");
    expect(text).toContain("timeouts: finish 90d");
    expect(text).toContain("idempotency: event.data.key");
  });

  it("list events, and show one with its payload and runs, markup escaped", async () => {
    const event = await harness.send("t/sleeps", { key: "listed", note: "<script>alert(1)</script>" });
    const run = await runOf(event, "Running");
    expect((await ask("GET", "/events?name=t/sleeps")).text).toContain(`href="/events/${event}"`);
    expect((await ask("GET", "/events?name=t/none")).text).toContain("No events.");
    const { text } = await ask("GET", `/events/${event}`);
    expect(text).toContain(`href="/runs/${run}"`);
    expect(text).toContain("&lt;script&gt;");
    expect(text).not.toContain("<script>");
    expect((await ask("GET", "/events/none")).status).toBe(404);
    expect((await ask("GET", "/runs/none")).status).toBe(404);
    expect((await ask("GET", "/runs/none/cancel")).status).toBe(404);
  });
});

describe("retry", () => {
  it("goes on from the failed step with attempts anew, keeps the others, and fails again while it must", async () => {
    const event = await harness.send("t/breaks");
    const run = await runOf(event, "Failed");
    const page = await ask("GET", `/runs/${run}`);
    expect(page.text).toContain("Retry from the failed step");
    expect(page.text).toContain("&lt;b&gt;out of order&lt;/b&gt;");
    expect(page.text).not.toContain("Cancel the run");

    expect((await act(`/runs/${run}/retry`)).text).toContain("The run goes on from “broken”.");
    await eventually(() => expect(counts.get("broken")).toBe(4));
    await runOf(event, "Failed");

    // A sleep that was open as the run ended is taken up again.
    const past = new Date(0);
    await harness.sql`
      insert into inngest.steps (run_id, id, name, op, state, due_at, created_at)
      values (${run}, 'nap', 'nap', 'Sleep', 'open', ${past}, ${past})`;
    isBroken = false;
    await act(`/runs/${run}/retry`);
    await runOf(event, "Completed");
    expect(counts.get("broken")).toBe(5);
    expect(await harness.sql`select state, output from inngest.steps where id = 'nap'`).toEqual([
      { state: "done", output: { data: null } },
    ]);
    expect([counts.get("kept"), counts.get("caught"), counts.get("after")]).toEqual([1, 2, 1]);
    isBroken = true;
  });

  it("calls the code again where no step had failed", async () => {
    const event = await harness.send("t/body");
    const run = await runOf(event, "Failed");
    isBroken = false;
    expect((await act(`/runs/${run}/retry`)).text).toContain("its code is called again");
    await runOf(event, "Completed");
    expect(counts.get("fine")).toBe(1);
    isBroken = true;
  });

  it("refuses a run that has not failed, and one whose singleton is taken", async () => {
    const live = await runOf(await harness.send("t/sleeps", { key: "live" }), "Running");
    const refused = await act(`/runs/${live}/retry`);
    expect(refused.text).toContain("Only a failed run can be retried; this one is running.");
    expect(await statusOf(live)).toBe("Running");

    const failed = await runOf(await harness.send("t/alone", { fail: true }), "Failed");
    const holder = await runOf(await harness.send("t/alone"), "Running");
    expect((await act(`/runs/${failed}/retry`)).text).toContain("Another run of this singleton is live");
    expect(await statusOf(failed)).toBe("Failed");
    expect((await act(`/runs/${failed}/replay`)).text).toContain("is live");
    await act(`/runs/${holder}/cancel`);
    isBroken = false;
    await act(`/runs/${failed}/retry`);
    await eventually(async () => expect(await statusOf(failed)).toBe("Running"));
    isBroken = true;
  });
});

describe("cancel", () => {
  it("asks first, saying what it does, then cancels; a second time there is nothing to cancel", async () => {
    const run = await runOf(await harness.send("t/sleeps", { key: "cancel" }), "Running");
    await eventually(async () => {
      const question = await ask("GET", `/runs/${run}/cancel`);
      expect(question.text).toContain("It no longer waits for “long”.");
    });
    expect(await statusOf(run)).toBe("Running");
    expect((await act(`/runs/${run}/cancel`)).text).toContain("The run is cancelled.");
    expect(await statusOf(run)).toBe("Cancelled");
    expect((await act(`/runs/${run}/cancel`)).text).toContain("already ended");
    expect((await ask("GET", `/runs/${run}/cancel`)).status).toBe(303);
  });
});

describe("replay", () => {
  it("starts a new run from the same event, past the idempotency key", async () => {
    const event = await harness.send("t/sleeps", { key: "replay" });
    const run = await runOf(event, "Running");
    const { text, location } = await act(`/runs/${run}/replay`);
    expect(text).toContain("This is a new run from the same event.");
    expect(location).not.toContain(run);
    const runs = await harness.runsOf(event);
    expect(runs).toHaveLength(2);
    expect((await ask("GET", `/events/${event}`)).text.match(/href="\/runs\//g)).toHaveLength(2);
  });
});

describe("refusals", () => {
  it.each([
    ["another site's form", { origin: "https://elsewhere.example" }, 403],
    ["another port's form", { origin: "http://127.0.0.1:1" }, 403],
    ["a sandboxed frame", { origin: "null" }, 403],
    ["a request that does not say where it comes from", {}, 403],
    ["a name that leads here", { host: "elsewhere.example", origin: "http://elsewhere.example" }, 421],
  ])("does nothing for %s", async (name, headers, status) => {
    const run = await runOf(await harness.send("t/sleeps", { key: name }), "Running");
    for (const action of ["cancel", "replay", "retry"]) {
      expect((await ask("POST", `/runs/${run}/${action}`, { ...FORM, ...headers })).status).toBe(status);
    }
    expect(await statusOf(run)).toBe("Running");
  });

  it("takes no other kind of body, no other action, and shows nothing under another name", async () => {
    const run = await runOf(await harness.send("t/sleeps", { key: "kinds" }), "Running");
    const own = { origin: harness.base };
    expect((await ask("POST", `/runs/${run}/cancel`, { ...own, "content-type": "text/plain" })).status).toBe(
      415,
    );
    expect((await submit(`/runs/${run}/destroy`)).status).toBe(404);
    expect((await submit(`/runs/${run}/constructor`)).status).toBe(404);
    expect((await submit("/runs/none/cancel")).status).toBe(404);
    expect((await ask("GET", "/", { host: "elsewhere.example" })).status).toBe(421);
    expect((await ask("GET", `/runs/${run}`, { host: "elsewhere.example" })).status).toBe(421);
    expect(await statusOf(run)).toBe("Running");
  });
});

describe("the REST API", () => {
  it("lists events, and cancels by function, time and expression", async () => {
    const event = await harness.send("t/sleeps", { key: "by-api" });
    const run = await runOf(event, "Running");
    const listed = await harness.call("/v1/events?name=t/sleeps&limit=1");
    expect(listed.data).toMatchObject([{ id: event, data: { key: "by-api" } }]);
    expect((await harness.call("/v1/events?limit=1000")).status).toBe(400);
    const body = {
      app_id: "proof",
      function_id: "sleeps",
      started_before: "2100-01-01T00:00:00Z",
      if: "event.data.key == 'by-api'",
    };
    expect((await harness.call("/v1/cancellations", "POST", { ...body, if: "event." })).status).toBe(400);
    expect((await harness.call("/v1/cancellations", "POST", { app_id: "proof" })).status).toBe(400);
    expect((await harness.call("/v1/cancellations", "POST", body)).data).toMatchObject({ cancelled: [run] });
    expect(await statusOf(run)).toBe("Cancelled");
  });
});
