import { Agent, request } from "node:http";

/** How the app tells the test what it does (see ../notebook.ts). */
export type Journal = {
  /** Writes a note. Answers how many of this name there are now, this one included. */
  note(name: string, value?: unknown): Promise<number>;
  /** Waits until the test opens the gate. */
  gate(name: string): Promise<void>;
};

export function openJournal(notebook: string): Journal {
  const agent = new Agent({ keepAlive: true });
  // Not fetch, which gives up on a gate after 300 s.
  const post = (path: string, body: unknown) =>
    new Promise<string>((resolve, reject) => {
      const call = request(`${notebook}${path}`, { method: "POST", agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
      });
      call.on("error", reject);
      call.end(JSON.stringify(body));
    });
  return {
    async note(name, value) {
      const { count } = JSON.parse(await post("/note", { name, value })) as { count: number };
      return count;
    },
    async gate(name) {
      await post("/gate", { name });
    },
  };
}
