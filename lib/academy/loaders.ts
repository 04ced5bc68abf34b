import { cache } from "react";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { getAcademy } from "./queries";

/** The academy, read once for a page and the frame around it. */
export const loadAcademy = cache(() => withPrincipal(visitor, getAcademy));
