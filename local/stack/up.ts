import { serveAcademy } from "./serve-academy";

await serveAcademy("start", "up");
