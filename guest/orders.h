/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ORDERS_H
#define ORDERS_H

/* What pid 1 orders the workers of a lane to do. */
enum order {
	ORDER_RUN,
	ORDER_HALT,
	ORDER_STOP,
};

#endif
