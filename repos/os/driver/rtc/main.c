/* SPDX-License-Identifier: MIT */
/*
 * Rtc: serves the time of day, out of the clock of a PC. It is asked each time: nobody knows it better, and it
 * goes on where the machine sleeps.
 */
#include <base/log.h>
#include <base/session_server.h>
#include <base/status_name.h>
#include <rtc_session/server.h>

#include "cmos.h"

struct rtc {
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct ports ports;
};

static enum status time(void *self, struct request *request, struct rtc_time_results *results)
{
	const struct server_session *session = self;
	struct rtc *rtc = session->server->context;
	struct date date;
	const enum status status = cmos_read(&rtc->ports, &date);

	(void)request;
	if (status != OK)
		return status;
	results->seconds = date_seconds(&date);
	results->at = entrypoint_now(&rtc->entrypoint);
	return OK;
}

static const struct rtc_server methods = {.time = time};

static enum status dispatch(struct served *served, struct request *request)
{
	return rtc_dispatch(&methods, served, request);
}

static enum status begin(struct rtc *rtc, struct env *env)
{
	static const uint32_t interfaces[] = {RTC_INTERFACE, 0};
	static const struct session_service service = {
		.name = "Rtc",
		.session_bytes = sizeof(struct server_session),
		.dispatch = dispatch,
		.interfaces = interfaces,
	};
	enum status status = ports_open(env, CMOS_PORT, CMOS_PORTS, &rtc->ports);

	if (status == OK)
		status = entrypoint_init(&rtc->entrypoint, env, 0);
	if (status == OK)
		status = session_server_init(&rtc->sessions, &rtc->entrypoint, &service, rtc);
	return status;
}

int component_main(struct env *env)
{
	static struct rtc rtc;
	const enum status status = begin(&rtc, env);

	if (status != OK) {
		log_line(env, "can't begin: %s", status_name(status));
		return 1;
	}
	entrypoint_run(&rtc.entrypoint);
	return 0;
}
