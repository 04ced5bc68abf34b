// Loaded before a service's own program. The supervisor holds the other end of a pipe: when it goes away, even by
// kill -9, the pipe closes and the service stops as it would be told to.
import { Socket } from "node:net";

const descriptor = Number(process.env.STACK_LIFELINE_FD);
// Children of the service inherit this file by its flag, but not the pipe.
delete process.env.STACK_LIFELINE_FD;

if (descriptor > 2) {
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  pipe.on("error", () => {});
  pipe.on("close", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), 10_000).unref();
  });
  pipe.resume();
  pipe.unref();
}
