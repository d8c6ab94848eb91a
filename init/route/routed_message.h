/* SPDX-License-Identifier: MIT */
/*
 * Routed message: what init says to parent and servers about a session, filled
 * in when the ring has room for it.
 */
#pragma once

#include "routed_session.h"

static inline struct routed_session *routed_of_request(struct ring_request *request)
{
	return (struct routed_session *)((char *)request -
	                                 offsetof(struct routed_session, call.request));
}

/* Parent.session and Root.create. */
enum status routed_fill_session(struct ring_request *request, struct message *message,
                                void *segment);
enum status routed_fill_create(struct ring_request *request, struct message *message,
                               void *segment);
/* Parent.upgrade and Root.upgrade. */
enum status routed_fill_parent_upgrade(struct ring_request *request, struct message *message,
                                       void *segment);
enum status routed_fill_root_upgrade(struct ring_request *request, struct message *message,
                                     void *segment);
/* Parent.close and Root.close. */
enum status routed_fill_parent_close(struct ring_request *request, struct message *message,
                                     void *segment);
enum status routed_fill_root_close(struct ring_request *request, struct message *message,
                                   void *segment);
