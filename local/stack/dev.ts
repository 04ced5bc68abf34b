import { serveAcademy } from "./serve-academy";

await serveAcademy("dev", "dev");
