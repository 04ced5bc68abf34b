import type { Flow } from "../flow";
import { abandoned } from "./abandoned";
import { cancel } from "./cancel";
import { classSeat } from "./class-seat";
import { contested } from "./contested";
import { declined } from "./declined";
import { late, lostToRival } from "./late";
import { makeup } from "./makeup";
import { move } from "./move";
import { offerIgnored } from "./offer-ignored";
import { refund } from "./refund";
import { secondPayment } from "./second-payment";
import { trial } from "./trial";
import { waitlistSeat } from "./waitlist-seat";
import { waitlistTime } from "./waitlist-time";
import { webhookLost } from "./webhook-lost";
import { weekly } from "./weekly";

/** Every kind of flow. A further one is a file beside these and a line here. */
export const flows: readonly Flow[] = [
  trial,
  weekly,
  declined,
  abandoned,
  late,
  lostToRival,
  webhookLost,
  contested,
  secondPayment,
  refund,
  cancel,
  move,
  makeup,
  classSeat,
  waitlistSeat,
  waitlistTime,
  offerIgnored,
];
