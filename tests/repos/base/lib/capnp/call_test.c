/* SPDX-License-Identifier: MIT */
/* Generated clients call generated servers; the kernel between them is one function. */
#include <check.h>
#include <rich/client.h>
#include <rich/server.h>
#include <stdlib.h>
#include <string.h>

/* A thread's calling context: what the last call looked like, and where it goes. */
struct ipc {
	_Alignas(8) uint8_t send_page[MESSAGE_BYTES_MAX];
	_Alignas(8) uint8_t reply_page[MESSAGE_BYTES_MAX];
	struct message sent;
	struct message answered;
	void (*tamper)(struct message *message); /* what happens on the way there */
	bool paged_answer; /* the server is newer and answers in the page form */
};

static struct ipc ipc;
static const cap_t target = {1};

void *ipc_send_segment(struct ipc *at)
{
	return at->send_page;
}

static enum status paint_it(void *self, struct request *request,
                            const struct door_paint_params *params,
                            struct door_paint_results *results)
{
	(void)self;
	(void)request;
	results->dry = capnp_text_equal(params->colour, "red") && params->coats == 2;
	return OK;
}

static enum status open_it(void *self, struct request *request,
                           const struct door_open_params *params, struct door_open_results *results)
{
	int *opened = self;

	if (params->angle > 90)
		return ERR_BAD_ARG;
	(*opened)++;
	results->angle = (uint16_t)(params->angle + 1);
	results->hinge = params->key;
	request->message.cap_moves = 1;
	return OK;
}

static enum status list_visitors(void *self, struct request *request,
                                 struct door_visitors_results *results)
{
	static const struct capnp_text names[] = {{"ann", 3}, {"bob", 3}};
	static const cap_t doors[] = {{21}, {22}, {23}};

	(void)self;
	(void)request;
	results->names = (struct capnp_text_list){.items = names, .count = 2};
	results->doors = (struct capnp_cap_list){.items = doors, .count = 3};
	return OK;
}

static enum status keep_closing(void *self, struct request *request)
{
	(void)self;
	request->kept = true;
	return OK;
}

static enum status move_it(void *self, struct request *request, const struct point *params,
                           struct point *results)
{
	(void)self;
	(void)request;
	*results = *params;
	results->x++;
	return OK;
}

static enum status count_keys(void *self, struct request *request,
                              const struct door_unlock_params *params)
{
	cap_t key;

	(void)self;
	(void)request;
	if (params->keys.count != 2 || capnp_cap_list_get(&params->keys, 1, &key) != OK ||
	    key.id != 32)
		return ERR_DENIED;
	return OK;
}

static enum status lift_it(void *self, struct request *request,
                           const struct gate_lift_params *params, struct gate_lift_results *results)
{
	(void)self;
	(void)request;
	results->height = params->by * 2;
	return OK;
}

static const struct gate_server gate = {
	.door =
		{
			.open = open_it,
			.close = keep_closing,
			.paint = paint_it,
			.visitors = list_visitors,
			.move = move_it,
			.unlock = count_keys,
		},
	.lift = lift_it,
};

static int opened;

/* The results of `move` as a newer server would send them. */
static void answer_in_page(struct message *message)
{
	struct point point;

	point_unpack(message->words, message->caps, &point);
	const cap_t peer = point.peer;

	ck_assert_int_eq(capnp_message_encode(&point_layout, &point, message, ipc.reply_page), OK);
	ck_assert_uint_eq(message->cap_count, peer.id != 0 ? 1 : 0);
}

enum status ipc_call(struct ipc *at, cap_t to, uint32_t interface, uint16_t method,
                     struct message *message)
{
	struct request request = {
		.interface = interface,
		.method = method,
		.message = *message,
		.reply_segment = at->reply_page,
	};

	ck_assert_uint_eq(to.id, target.id);
	at->sent = *message;
	if (at->tamper != NULL)
		at->tamper(&request.message);
	enum status status = gate_dispatch(&gate, &opened, &request);
	if (status != OK)
		return status;
	if (request.kept)
		return ERR_TIMEOUT;
	if (at->paged_answer)
		answer_in_page(&request.message);
	at->answered = request.message;
	*message = request.message;
	return OK;
}

enum status ipc_call_words(struct ipc *at, cap_t to, uint64_t name, struct message *message)
{
	message->form = (name >> OP_WORDS_SHIFT) & OP_WORDS_MASK;
	return ipc_call(at, to, (uint32_t)(name >> OP_INTERFACE_SHIFT),
	                (uint16_t)(name >> OP_METHOD_SHIFT), message);
}

static void setup(void)
{
	memset(&ipc, 0, sizeof(ipc));
	opened = 0;
}

START_TEST(a_small_call_travels_in_registers)
{
	const struct door_open_params params = {.angle = 30, .key = {7}};
	struct door_open_results results;

	ck_assert_int_eq(door_open(&ipc, target, &params, &results), OK);
	ck_assert_uint_eq(results.angle, 31);
	ck_assert_uint_eq(results.hinge.id, 7);
	ck_assert(!ipc.sent.paged && !ipc.answered.paged);
	ck_assert_uint_eq(ipc.sent.word_count, DOOR_OPEN_PARAMS_WORDS);
	ck_assert_uint_eq(ipc.sent.cap_count, 1);
	ck_assert_uint_eq(ipc.sent.cap_moves, 0);
	ck_assert_uint_eq(ipc.answered.cap_moves, 1);
	ck_assert_int_eq(opened, 1);
}
END_TEST

START_TEST(null_capabilities_at_the_end_do_not_travel)
{
	const struct door_open_params params = {.angle = 30};
	struct door_open_results results;

	ck_assert_int_eq(door_open(&ipc, target, &params, &results), OK);
	ck_assert_uint_eq(ipc.sent.cap_count, 0);
	ck_assert_uint_eq(results.hinge.id, 0);
}
END_TEST

START_TEST(capabilities_can_be_moved)
{
	const struct door_open_params params = {.key = {7}};
	struct door_open_results results;

	ck_assert_int_eq(door_open_moving(&ipc, target, &params, 1, &results), OK);
	ck_assert_uint_eq(ipc.sent.cap_moves, 1);
}
END_TEST

START_TEST(a_refusal_reaches_the_caller)
{
	const struct door_open_params params = {.angle = 91};
	struct door_open_results results = {.angle = 5};

	ck_assert_int_eq(door_open(&ipc, target, &params, &results), ERR_BAD_ARG);
	ck_assert_uint_eq(results.angle, 5);
	ck_assert_int_eq(opened, 0);
}
END_TEST

START_TEST(texts_travel_in_the_page)
{
	const struct door_paint_params params = {.colour = capnp_text_of("red"), .coats = 2};
	struct door_paint_results results;

	ck_assert_int_eq(door_paint(&ipc, target, &params, &results), OK);
	ck_assert(results.dry);
	ck_assert(ipc.sent.paged && !ipc.answered.paged);
}
END_TEST

START_TEST(what_does_not_fit_a_message_is_refused)
{
	static char long_text[MESSAGE_BYTES_MAX];
	struct door_paint_results results;

	memset(long_text, 'x', sizeof(long_text) - 1);
	/* root pointer, data, pointer and the NUL need room, too */
	long_text[MESSAGE_BYTES_MAX - 25] = 0;
	struct door_paint_params params = {.colour = capnp_text_of(long_text)};

	ck_assert_int_eq(door_paint(&ipc, target, &params, &results), OK);
	long_text[MESSAGE_BYTES_MAX - 25] = 'x';
	params.colour = capnp_text_of(long_text);
	ck_assert_int_eq(door_paint(&ipc, target, &params, &results), ERR_BAD_ARG);
}
END_TEST

START_TEST(lists_of_capabilities_live_in_the_answer)
{
	struct door_visitors_results results;
	struct message answer;
	struct capnp_text name;
	cap_t door;

	ck_assert_int_eq(door_visitors(&ipc, target, &results, &answer), OK);
	ck_assert_int_eq(capnp_text_list_get(&results.names, 1, &name), OK);
	ck_assert_str_eq(name.at, "bob");
	ck_assert_int_eq(capnp_cap_list_get(&results.doors, 2, &door), OK);
	ck_assert_uint_eq(door.id, 23);
	ck_assert_int_eq(capnp_cap_list_get(&results.doors, 3, &door), ERR_BAD_ARG);
}
END_TEST

START_TEST(more_capabilities_than_a_message_holds_are_refused)
{
	cap_t keys[MESSAGE_CAPS_MAX + 1];
	struct door_unlock_params params = {.keys = {.items = keys, .count = MESSAGE_CAPS_MAX + 1}};

	for (uint32_t i = 0; i <= MESSAGE_CAPS_MAX; i++)
		keys[i] = (cap_t){31 + i};
	ck_assert_int_eq(door_unlock(&ipc, target, &params), ERR_BAD_ARG);
	params.keys.count = 2;
	ck_assert_int_eq(door_unlock(&ipc, target, &params), OK);
	ck_assert_uint_eq(ipc.sent.cap_count, 2);
}
END_TEST

START_TEST(a_named_struct_can_be_parameter_and_result)
{
	const struct point params = {
		.x = 41, .peer = {9}, .shape = {.which = POINT_SHAPE_SIDE, .side = 200}};
	struct point results;

	ck_assert_int_eq(door_move(&ipc, target, &params, &results), OK);
	ck_assert_int_eq(results.x, 42);
	ck_assert_uint_eq(results.peer.id, 9);
	ck_assert_uint_eq(results.shape.side, 200);
}
END_TEST

START_TEST(an_answer_in_the_page_is_read_by_an_old_client)
{
	const struct point params = {.x = 41, .peer = {9}};
	struct point results;

	ipc.paged_answer = true;
	ck_assert_int_eq(door_move(&ipc, target, &params, &results), OK);
	ck_assert_int_eq(results.x, 42);
	ck_assert_uint_eq(results.peer.id, 9);
}
END_TEST

static void send_in_page(struct message *message)
{
	answer_in_page(message);
}

START_TEST(a_request_in_the_page_is_read_by_an_old_server)
{
	const struct point params = {.x = 41, .peer = {9}};
	struct point results;

	ipc.tamper = send_in_page;
	ck_assert_int_eq(door_move(&ipc, target, &params, &results), OK);
	ck_assert_int_eq(results.x, 42);
	ck_assert_uint_eq(results.peer.id, 9);
}
END_TEST

static void send_less(struct message *message)
{
	message->word_count = 1;
	message->cap_count = 0;
	memset(message->words + 1, 0xff, sizeof(message->words) - 8);
	memset(message->caps, 0xff, sizeof(message->caps));
}

START_TEST(a_shorter_request_is_filled_with_defaults)
{
	const struct point params = {.x = 41, .peer = {9}, .big = 5};
	struct point results;

	ipc.tamper = send_less;
	ck_assert_int_eq(door_move(&ipc, target, &params, &results), OK);
	ck_assert_int_eq(results.x, 42);
	ck_assert_uint_eq(results.big, 9);
	ck_assert_uint_eq(results.peer.id, 0);
	ck_assert_int_eq(results.colour, COLOUR_DARK_GREEN);
}
END_TEST

/* Grown travelled in registers before it got a text. */
START_TEST(register_form_is_read_as_a_struct_with_pointers)
{
	const struct message message = {.words = {(uint32_t)(-100 ^ -5)}, .word_count = 1};
	struct grown grown;

	ck_assert_int_eq(capnp_message_decode(&grown_layout, &message, &grown), OK);
	ck_assert_int_eq(grown.x, -100);
	ck_assert_int_eq(grown.y, 3);
	ck_assert_str_eq(grown.note.at, "none");
}
END_TEST

START_TEST(eight_words_are_registers_and_nine_are_not)
{
	ck_assert_int_eq(WIDE_WORDS, 8);
	ck_assert_uint_eq(too_wide_layout.data_words, 9);
}
END_TEST

static void break_text(struct message *message)
{
	memset((uint8_t *)message->segment + message->size - 8, 'x', 8);
}

static void break_size(struct message *message)
{
	message->size = MESSAGE_BYTES_MAX + 8;
}

START_TEST(a_malformed_request_never_reaches_the_handler)
{
	const struct door_paint_params params = {.colour = capnp_text_of("red")};
	struct door_paint_results results;

	ipc.tamper = break_text;
	ck_assert_int_eq(door_paint(&ipc, target, &params, &results), ERR_BAD_ARG);
	ipc.tamper = break_size;
	ck_assert_int_eq(door_paint(&ipc, target, &params, &results), ERR_BAD_ARG);
}
END_TEST

START_TEST(an_heir_serves_its_own_methods_and_its_ancestors)
{
	const struct gate_lift_params params = {.by = 21};
	struct gate_lift_results results;

	ck_assert_int_eq(gate_lift(&ipc, target, &params, &results), OK);
	ck_assert_uint_eq(results.height, 42);
	ck_assert_int_eq(GATE_ANCESTOR_COUNT, 1);

	const uint32_t ancestors[] = GATE_ANCESTORS;

	ck_assert_uint_eq(ancestors[0], DOOR_INTERFACE);
}
END_TEST

START_TEST(unknown_methods_and_interfaces_are_unsupported)
{
	static const struct door_server nothing;
	struct request request = {.interface = DOOR_INTERFACE, .method = 99};

	ck_assert_int_eq(gate_dispatch(&gate, &opened, &request), ERR_UNSUPPORTED);
	request.interface = DOOR_INTERFACE + 1;
	request.method = DOOR_OPEN;
	ck_assert_int_eq(gate_dispatch(&gate, &opened, &request), ERR_UNSUPPORTED);
	request.interface = DOOR_INTERFACE;
	ck_assert_int_eq(door_dispatch(&nothing, NULL, &request), ERR_UNSUPPORTED);
}
END_TEST

START_TEST(a_kept_request_is_answered_later)
{
	const struct door_open_results results = {.angle = 3, .hinge = {8}};
	struct message message = {0};

	ck_assert_int_eq(door_close(&ipc, target), ERR_TIMEOUT);
	ck_assert_int_eq(door_close_answer(&message), OK);
	ck_assert_uint_eq(message.word_count, 0);
	message.cap_moves = 1;
	ck_assert_int_eq(door_open_answer(&results, &message, ipc.reply_page), OK);
	ck_assert_uint_eq(message.cap_count, 1);
	ck_assert_uint_eq(message.caps[0].id, 8);
	ck_assert_uint_eq(message.cap_moves, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capnp calls");
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, a_small_call_travels_in_registers);
	tcase_add_test(tests, null_capabilities_at_the_end_do_not_travel);
	tcase_add_test(tests, capabilities_can_be_moved);
	tcase_add_test(tests, a_refusal_reaches_the_caller);
	tcase_add_test(tests, texts_travel_in_the_page);
	tcase_add_test(tests, what_does_not_fit_a_message_is_refused);
	tcase_add_test(tests, lists_of_capabilities_live_in_the_answer);
	tcase_add_test(tests, more_capabilities_than_a_message_holds_are_refused);
	tcase_add_test(tests, a_named_struct_can_be_parameter_and_result);
	tcase_add_test(tests, an_answer_in_the_page_is_read_by_an_old_client);
	tcase_add_test(tests, a_request_in_the_page_is_read_by_an_old_server);
	tcase_add_test(tests, a_shorter_request_is_filled_with_defaults);
	tcase_add_test(tests, register_form_is_read_as_a_struct_with_pointers);
	tcase_add_test(tests, eight_words_are_registers_and_nine_are_not);
	tcase_add_test(tests, a_malformed_request_never_reaches_the_handler);
	tcase_add_test(tests, an_heir_serves_its_own_methods_and_its_ancestors);
	tcase_add_test(tests, unknown_methods_and_interfaces_are_unsupported);
	tcase_add_test(tests, a_kept_request_is_answered_later);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
