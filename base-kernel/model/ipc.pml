/* SPDX-License-Identifier: MIT */
/*
 * IPC as a model for Spin: calls, loans of scheduling contexts, kept calls, and every way to die.
 *
 * An inline has the name of the kernel's function that it stands for and does the same; one atomic
 * step of a process is one kernel entry. The kernel's lists are channels where order matters. What
 * the model adds is that anything may happen between two entries: any ready thread may run next,
 * and the killer may strike CHANGES times. The model's own: move_chain_to, thread_chain_end,
 * next_to_fail, serve, consistent, choose_who, take_turn, begin.
 *
 * Checked after each step: `consistent`. Checked at the end: each client has finished or is dead;
 * a call without an answer would leave it waiting, which is an invalid end state.
 *
 *   C1, C2 --> endpoint 1: middle M --> endpoint 0: server S
 *      \_________________________________/
 *
 * S has a home or is detached, M is detached. MIDDLE adds M and its endpoint; TWINS makes M a second
 * server of endpoint 0 instead. MUTANT_... breaks one thing. What is hidden is only used within a
 * step. See README.md.
 */

#ifndef CHANGES
#define CHANGES 2
#endif
#ifndef CALLS
#define CALLS 2
#endif

#define C1 0
#define C2 1
#define S  2
#define M  3
#if defined(MIDDLE) || defined(TWINS)
#define THREADS 4
#else
#define THREADS 3
#endif
#ifdef MIDDLE
#define ENDPOINTS 2
#else
#define ENDPOINTS 1
#endif
#define NONE 7

/* object/thread.h; left out: THREAD_RING_WAITING, THREAD_FAULTED */
mtype:thread_state = {
	THREAD_STOPPED, THREAD_READY, THREAD_RECEIVING, THREAD_CALLING, THREAD_FUTEX_WAITING,
	THREAD_EXITED
};
/* object/call.h */
mtype:call_state = { CALL_IDLE, CALL_QUEUED, CALL_SERVED, CALL_KEPT };
/* abi/status.h, as far as they can be told apart here */
mtype:status = { NO_ANSWER, OK, ERR_GONE, ERR_TIMEOUT, ERR_CANCELLED };

/* struct thread; SchedContext i is the home that thread i was made with, and dies with it */
mtype:thread_state state[THREADS];
bool lives[THREADS];
bool ready[THREADS]; /* in a ready list */
byte home[THREADS];
byte context[THREADS];
byte lender[THREADS]; /* whose call lends */
byte serves[THREADS];
byte serving[THREADS];
mtype:status answer[THREADS];
/* struct call, by the thread it is embedded in */
mtype:call_state call[THREADS];
byte endpoint[THREADS];
byte server[THREADS];
byte lent_to[THREADS];
bool kept_in_slot[THREADS];
bool granted[THREADS]; /* its capability of the endpoints */
/* struct endpoint, each with one reply slot */
bool endpoint_lives[ENDPOINTS];
chan callers[ENDPOINTS] = [THREADS] of { byte };
chan receivers[ENDPOINTS] = [THREADS] of { byte };
byte slot_call[ENDPOINTS];
bool slot_used[ENDPOINTS];

byte current; /* sched_running */

/* ---- scheduler ---- */

inline sched_enqueue(t)
{
	if
	:: t == current || context[t] == NONE ->
		skip
	:: else ->
		assert(!ready[t]);
		ready[t] = true
	fi
}

inline sched_dequeue(t)
{
	if
	:: t == current ->
		current = NONE
	:: else ->
		ready[t] = false
	fi
}

hidden byte switch_before;

inline sched_switch_to(t)
{
	switch_before = current;
	state[t] = THREAD_READY;
	current = t;
	if
	:: switch_before != NONE && switch_before != t && state[switch_before] == THREAD_READY ->
		sched_enqueue(switch_before)
	:: else ->
		skip
	fi
}

/* ---- loans ---- */

/* To a caller whose record is idle again. */
inline thread_set_answer(t, how)
{
	assert(answer[t] == NO_ANSWER && call[t] == CALL_IDLE);
	answer[t] = how
}

#ifdef MUTANT_CHAIN_ENDS_AT_KEEP
#define callee_of(t) (state[t] == THREAD_CALLING -> server[t] : NONE)
#else
#define callee_of(t) \
	(state[t] == THREAD_CALLING -> (server[t] != NONE -> server[t] : lent_to[t]) : NONE)
#endif

/* The other way: for whom it works, by what it serves or on what it has borrowed. */
#define caller_of(t) (serving[t] != NONE -> serving[t] : lender[t])

hidden byte chain_at, chain_before, chain_to;

inline set_context(t, to)
{
	if
	:: state[t] == THREAD_READY && t != current ->
		sched_dequeue(t);
		context[t] = to;
		sched_enqueue(t)
	:: else ->
		context[t] = to
	fi
}

inline forget_lender(t)
{
	if
	:: lender[t] != NONE ->
		lent_to[lender[t]] = NONE;
		lender[t] = NONE
	:: else ->
		skip
	fi
}

/* move_chain, where there is a context to move to. */
inline move_chain_to(t, to)
{
	chain_at = t;
	chain_before = context[t];
	chain_to = to;
	do
	:: chain_at != NONE && context[chain_at] == chain_before ->
		set_context(chain_at, chain_to);
		chain_at = callee_of(chain_at)
	:: else ->
		break
	od
}

inline thread_borrow(t, c)
{
	forget_lender(t);
	lender[t] = c;
	lent_to[c] = t;
	if
	:: context[t] != context[c] ->
		move_chain_to(t, context[c])
	:: else ->
		skip
	fi
}

hidden byte parked_at;

inline thread_chain_end(t)
{
	parked_at = t;
	do
	:: callee_of(parked_at) != NONE ->
		parked_at = callee_of(parked_at)
	:: else ->
		break
	od
}

/* of what thread_chain_end has found */
#ifdef MUTANT_LENDS_TO_THE_RUNNING
#define thread_parked() (state[parked_at] == THREAD_READY && context[parked_at] == NONE)
#else
#define thread_parked() \
	(state[parked_at] == THREAD_READY && context[parked_at] == NONE && parked_at != current)
#endif

hidden byte lend_call, lend_server;

inline endpoint_lend(e)
{
	lend_call = NONE;
	if
	:: nempty(callers[e]) ->
		callers[e] ? <lend_call>
	:: empty(callers[e]) ->
		skip
	fi;
	lend_server = 0;
	do
	:: lend_server < THREADS && lend_call != NONE && lent_to[lend_call] == NONE ->
		if
		:: lives[lend_server] && serves[lend_server] == e ->
			thread_chain_end(lend_server);
			if
			:: thread_parked() ->
				thread_borrow(lend_server, lend_call)
			:: else ->
				skip
			fi
		:: else ->
			skip
		fi;
		lend_server++
	:: else ->
		break
	od
}

hidden byte seek_for, seek_at, seek_endpoint;

/* Up the chain of callers: whoever waits at an endpoint on the way can lend. */
inline thread_seek_lender(t)
{
	seek_for = t;
	seek_at = t;
	do
	:: seek_at != NONE && context[seek_for] == NONE ->
		seek_endpoint = serves[seek_at];
		if
		:: seek_endpoint != NONE ->
			endpoint_lend(seek_endpoint)
		:: else ->
			skip
		fi;
		seek_at = caller_of(seek_at)
	:: else ->
		break
	od
}

hidden byte moved, moved_before, moved_to, moved_next;

/*
 * A queued call is taken back: it could lend nothing to whom it waits for. Ready threads look for a
 * lender; the kernel's sched_enqueue does it, whenever one has no context.
 */
inline cancel_stranded(t, next)
{
	if
	:: state[t] == THREAD_CALLING && call[t] == CALL_QUEUED ->
		if
		:: next != NONE ->
			forget_lender(next)
		:: else ->
			skip
		fi;
		callers[endpoint[t]] ?? eval(t);
		endpoint[t] = NONE;
		call[t] = CALL_IDLE;
		state[t] = THREAD_READY;
		thread_set_answer(t, ERR_CANCELLED)
	:: else ->
		skip
	fi;
	if
	:: state[t] == THREAD_READY && t != current ->
		thread_seek_lender(t)
	:: else ->
		skip
	fi
}

inline move_chain(t, to)
{
	moved = t;
	moved_before = context[t];
	moved_to = to;
	do
	:: moved != NONE && context[moved] == moved_before ->
		moved_next = callee_of(moved);
		if
		:: moved_to == NONE ->
			moved_to = home[moved]
		:: else ->
			skip
		fi;
		set_context(moved, moved_to);
#ifndef MUTANT_NOBODY_SEEKS
		if
		:: moved_to == NONE ->
			cancel_stranded(moved, moved_next)
		:: else ->
			skip
		fi;
#endif
		moved = moved_next
	:: else ->
		break
	od
}

hidden byte loan_of, loan_endpoint;

inline thread_end_loan(t)
{
	loan_of = t;
	loan_endpoint = (lender[loan_of] != NONE -> endpoint[lender[loan_of]] : NONE);
	forget_lender(loan_of);
	if
	:: context[loan_of] != home[loan_of] ->
		move_chain(loan_of, home[loan_of])
	:: else ->
		skip
	fi;
	if
	:: loan_endpoint != NONE ->
		endpoint_lend(loan_endpoint)
	:: else ->
		skip
	fi
}

hidden byte parks;

/* The part of it that matters: who has lost its context stops here. */
inline pick()
{
	if
	:: current != NONE && context[current] == NONE ->
		parks = current;
		current = NONE;
#ifndef MUTANT_NOBODY_SEEKS
		thread_seek_lender(parks)
#endif
	:: else ->
		skip
	fi
}

/* ---- threads and calls ---- */

inline thread_ready(t)
{
	state[t] = THREAD_READY;
	sched_enqueue(t);
#ifndef MUTANT_NOBODY_SEEKS
	if
	:: context[t] == NONE ->
		thread_seek_lender(t)
	:: else ->
		skip
	fi
#endif
}

hidden byte borrower, failing;

inline call_withdraw(c)
{
	if
	:: call[c] != CALL_IDLE ->
		if
		:: call[c] == CALL_QUEUED ->
			callers[endpoint[c]] ?? eval(c)
		:: else ->
			skip
		fi;
		borrower = (server[c] != NONE -> server[c] : lent_to[c]);
		if
		:: server[c] != NONE ->
			serving[server[c]] = NONE;
			server[c] = NONE
		:: else ->
			skip
		fi;
#ifndef MUTANT_LOAN_OUTLIVES_CALLER
		if
		:: borrower != NONE ->
			thread_end_loan(borrower)
		:: else ->
			skip
		fi;
#endif
		if
		:: kept_in_slot[c] ->
			slot_call[endpoint[c]] = NONE;
			kept_in_slot[c] = false
		:: else ->
			skip
		fi;
		endpoint[c] = NONE;
		call[c] = CALL_IDLE
	:: else ->
		skip
	fi
}

inline thread_unblock(t)
{
	if
	:: state[t] == THREAD_READY ->
		sched_dequeue(t)
	:: state[t] == THREAD_RECEIVING ->
		receivers[serves[t]] ?? eval(t)
	:: state[t] == THREAD_CALLING ->
		call_withdraw(t)
	:: else ->
		skip
	fi;
	state[t] = THREAD_STOPPED
}

inline thread_wake(t, how)
{
	thread_unblock(t);
	thread_set_answer(t, how);
	thread_ready(t)
}

inline call_fail(c, how)
{
	call_withdraw(c);
	state[c] = THREAD_STOPPED; /* thread_unblock of one whose call is idle */
	thread_set_answer(c, how);
	thread_ready(c)
}

inline leave_everything(t)
{
	thread_unblock(t);
	if
	:: serving[t] != NONE ->
		failing = serving[t];
		call_fail(failing, ERR_GONE)
	:: else ->
		skip
	fi;
#ifndef MUTANT_LENDER_OF_THE_DEAD
	thread_end_loan(t)
#endif
}

/* The context that it was made with goes at the same time: sched_context_fini. */
inline thread_fini(t)
{
	leave_everything(t);
	serves[t] = NONE;
	assert(!ready[t] && current != t);
	lives[t] = false;
	home[t] = NONE;
	context[t] = NONE
}

inline thread_exit(t)
{
	leave_everything(t);
	state[t] = THREAD_EXITED
}

/* ---- endpoints ---- */

hidden byte fini_index;

/* Who is to fail next: queued, kept, then served; NONE: nobody is left. */
inline next_to_fail(e)
{
	failing = NONE;
	if
	:: nempty(callers[e]) ->
		callers[e] ? <failing>
	:: empty(callers[e]) && slot_call[e] != NONE ->
		failing = slot_call[e]
	:: empty(callers[e]) && slot_call[e] == NONE ->
		fini_index = 0;
		do
		:: fini_index == THREADS || failing != NONE ->
			break
		:: else ->
			if
			:: lives[fini_index] && serves[fini_index] == e ->
				serves[fini_index] = NONE;
				failing = serving[fini_index]
			:: else ->
				skip
			fi;
			fini_index++
		od
	fi
}

inline endpoint_fini(e)
{
	do
	:: empty(receivers[e]) ->
		break
	:: nempty(receivers[e]) ->
		receivers[e] ? failing;
		state[failing] = THREAD_STOPPED;
		thread_ready(failing)
	od;
	next_to_fail(e);
	do
	:: failing != NONE ->
		call_fail(failing, ERR_GONE);
		next_to_fail(e)
	:: else ->
		break
	od;
	slot_used[e] = false;
	endpoint_lives[e] = false
}

/* Of the one queued call that came through the revoked capability. */
inline grant_sever(t)
{
	call_fail(t, ERR_GONE)
}

inline endpoint_keep(t)
{
	failing = serving[t];
	slot_used[endpoint[failing]] = true;
	slot_call[endpoint[failing]] = failing;
	kept_in_slot[failing] = true;
	call[failing] = CALL_KEPT;
	server[failing] = NONE;
	serving[t] = NONE;
	thread_borrow(t, failing)
}

/* ---- system calls ---- */

hidden byte receiver;

inline call_begin(t, e)
{
	answer[t] = NO_ANSWER;
	endpoint[t] = e
}

inline serve(t, r)
{
	call[t] = CALL_SERVED;
	server[t] = r;
	serving[r] = t
}

/* The capability is resolved first; then the general path, or call_fast, which does the same. */
inline call_send(t, e)
{
	if
	:: !endpoint_lives[e] || !granted[t] ->
		call_begin(t, NONE);
		thread_set_answer(t, ERR_GONE)
	:: endpoint_lives[e] && granted[t] && nempty(receivers[e]) ->
		receivers[e] ? receiver;
		call_begin(t, e);
		serve(t, receiver);
		state[receiver] = THREAD_STOPPED;
		context[receiver] = context[t];
		current = NONE;
		state[t] = THREAD_CALLING;
		sched_switch_to(receiver)
	:: endpoint_lives[e] && granted[t] && empty(receivers[e]) ->
		call_begin(t, e);
		call[t] = CALL_QUEUED;
		callers[e] ! t;
		current = NONE;
		state[t] = THREAD_CALLING;
		endpoint_lend(e)
	fi
}

hidden byte answered;

/* Leaves the caller to be made ready in `answered`. */
inline call_answer(c)
{
	answered = c;
	call_withdraw(answered);
	state[answered] = THREAD_STOPPED;
	thread_set_answer(answered, OK)
}

hidden byte taken;

inline take_call(t, e)
{
	callers[e] ? taken;
	if
	:: lent_to[taken] != NONE ->
		thread_end_loan(lent_to[taken])
	:: else ->
		skip
	fi;
	serve(taken, t);
	context[t] = context[taken]
}

inline reply_wait_fast(t, e)
{
	answered = serving[t];
	call[answered] = CALL_IDLE;
	endpoint[answered] = NONE;
	server[answered] = NONE;
	serving[t] = NONE;
	context[t] = home[t];
	state[t] = THREAD_RECEIVING;
	receivers[e] ! t;
	thread_set_answer(answered, OK);
	state[answered] = THREAD_READY;
	current = answered
}

#ifdef MUTANT_FAST_TO_NOBODY
#define fast(t, e) (serving[t] != NONE && serves[t] == e && empty(callers[e]))
#else
#define fast(t, e) \
	(serving[t] != NONE && serves[t] == e && empty(callers[e]) && context[serving[t]] != NONE)
#endif

/* `reply`: answers what it serves, or else drops it. */
inline syscall_reply_wait(t, e, reply)
{
	answered = NONE;
	if
	:: reply ->
		call_answer(serving[t])
	:: !reply && serving[t] != NONE ->
		failing = serving[t];
		call_fail(failing, ERR_GONE)
	:: else ->
		skip
	fi;
	serves[t] = e;
	thread_end_loan(t);
	if
	:: nempty(callers[e]) ->
		take_call(t, e);
		if
		:: answered != NONE ->
			thread_ready(answered)
		:: else ->
			skip
		fi
	:: empty(callers[e]) ->
		current = NONE;
		state[t] = THREAD_RECEIVING;
		receivers[e] ! t;
		if
		:: answered != NONE ->
			sched_switch_to(answered)
		:: else ->
			skip
		fi
	fi
}

/* ---- what must hold at user level ---- */

hidden byte look, found;

inline consistent()
{
	assert(current == NONE || (lives[current] && state[current] == THREAD_READY &&
	                           lives[context[current]] && !ready[current]));
	look = 0;
	do
	:: look < THREADS ->
		if
		:: lives[look] ->
			/* its context is that of somebody alive: its own, or of whom it works for */
			assert(context[look] == NONE || lives[context[look]]);
			assert(context[look] == home[look] ||
			       (serving[look] != NONE && context[serving[look]] == context[look]) ||
			       (lender[look] != NONE && context[lender[look]] == context[look]));
			/* ready threads with a context are found by the scheduler, no others */
			assert(ready[look] == (state[look] == THREAD_READY && look != current &&
			                       context[look] != NONE));
			/* the record stands in one place, and both sides say so */
			assert((state[look] == THREAD_CALLING) == (call[look] != CALL_IDLE));
			assert((call[look] == CALL_SERVED) == (server[look] != NONE));
			assert((call[look] == CALL_KEPT) == kept_in_slot[look]);
			assert(server[look] == NONE || serving[server[look]] == look);
			assert(serving[look] == NONE || server[serving[look]] == look);
			assert(lent_to[look] == NONE || (lender[lent_to[look]] == look &&
			       (call[look] == CALL_QUEUED || call[look] == CALL_KEPT)));
			assert(lender[look] == NONE || lent_to[lender[look]] == look);
			assert(!kept_in_slot[look] || slot_call[endpoint[look]] == look);
			/* whoever has his own home is back there when he is not waiting */
			assert(look == S || look == M || state[look] == THREAD_CALLING ||
			       context[look] == look)
		:: else ->
			assert(call[look] == CALL_IDLE && lent_to[look] == NONE && lender[look] == NONE &&
			       serving[look] == NONE && !ready[look])
		fi;
		look++
	:: else ->
		break
	od;
	look = 0;
	do
	:: look < ENDPOINTS ->
		assert(empty(callers[look]) || empty(receivers[look]));
		/* nobody who could serve the first caller stands still for want of a context */
		found = NONE;
		if
		:: nempty(callers[look]) ->
			callers[look] ? <found>
		:: empty(callers[look]) ->
			skip
		fi;
		assert(found == NONE || (call[found] == CALL_QUEUED && endpoint[found] == look &&
		                         context[found] != NONE));
		lend_server = 0;
		do
		:: lend_server < THREADS && found != NONE && lent_to[found] == NONE ->
			if
			:: lives[lend_server] && serves[lend_server] == look ->
				thread_chain_end(lend_server);
				assert(!thread_parked())
			:: else ->
				skip
			fi;
			lend_server++
		:: else ->
			break
		od;
		look++
	:: else ->
		break
	od;
	look = 0
}

/* ---- processes ---- */

#define runs(t) (current == t)

hidden byte by_another;

/* Who enters the kernel is the running thread itself, or another one that takes its turn. */
inline choose_who()
{
	if
	:: by_another = true
	:: by_another = false
	fi
}

inline take_turn()
{
	if
	:: by_another && current != NONE ->
		switch_before = current;
		current = NONE;
		sched_enqueue(switch_before)
	:: else ->
		skip
	fi
}

proctype client(byte me)
{
	byte calls = 0;
	byte to = 0;

	do
	:: !lives[me] ->
		break
	:: atomic {
		runs(me) && calls < CALLS ->
		assert(calls == 0 || answer[me] != NO_ANSWER);
		calls++;
		if
		:: to = 0
#ifdef MIDDLE
		:: to = 1
#endif
		fi;
		d_step {
			call_send(me, to);
			pick();
			consistent()
		}
	}
	:: d_step {
		runs(me) && calls == CALLS ->
		assert(answer[me] != NO_ANSWER);
		current = NONE;
		state[me] = THREAD_EXITED;
		pick();
		consistent()
	} ->
		break
	od
}

/* It serves, and between two waits it may sleep once, keep what it serves, and call. */
proctype serving_thread(byte me; byte at)
{
	bool slept = false;
	bool asked = false;

end:
	do
	:: !lives[me] ->
		break
	:: d_step {
		runs(me) && !endpoint_lives[at] ->
		thread_exit(me);
		pick();
		consistent()
	} ->
		break
	:: d_step {
		runs(me) && endpoint_lives[at] && fast(me, at) ->
		reply_wait_fast(me, at); /* this way out picks nobody */
		slept = false;
		asked = false;
		consistent()
	}
	:: d_step {
		runs(me) && endpoint_lives[at] && serving[me] != NONE ->
		syscall_reply_wait(me, at, true);
		slept = false;
		asked = false;
		pick();
		consistent()
	}
	:: d_step {
		runs(me) && endpoint_lives[at] ->
		syscall_reply_wait(me, at, false);
		slept = false;
		asked = false;
		pick();
		consistent()
	}
	:: d_step {
		runs(me) && endpoint_lives[at] && serving[me] != NONE && !slot_used[at] ->
		endpoint_keep(me);
		pick();
		consistent()
	}
	:: d_step {
		runs(me) && !slept ->
		current = NONE;
		state[me] = THREAD_FUTEX_WAITING;
		slept = true;
		pick();
		consistent()
	}
#ifdef MIDDLE
	:: d_step {
		runs(me) && me == M && !asked ->
		asked = true;
		call_send(me, 0);
		pick();
		consistent()
	}
#endif
	od
}

/* A thread of the server's own that wakes it and finishes what it has put off. */
proctype helper(byte who; byte at)
{
end:
	do
	:: atomic {
		slot_used[at] ->
		choose_who();
		d_step {
			take_turn();
			if
			:: slot_call[at] != NONE ->
				call_answer(slot_call[at]);
				thread_ready(answered)
			:: else ->
				skip /* a tombstone */
			fi;
			slot_used[at] = false;
			pick();
			consistent()
		}
	}
	:: atomic {
		lives[who] && state[who] == THREAD_FUTEX_WAITING ->
		choose_who();
		d_step {
			take_turn();
			state[who] = THREAD_STOPPED;
			thread_ready(who);
			pick();
			consistent()
		}
	}
	od
}

proctype scheduler()
{
	byte next;

end:
	do
	:: atomic {
		if
		:: ready[C1] ->
			next = C1
		:: ready[C2] ->
			next = C2
		:: ready[S] ->
			next = S
#if THREADS > 3
		:: ready[M] ->
			next = M
#endif
		fi;
		d_step {
			ready[next] = false;
			switch_before = current;
			current = next;
			next = 0;
			if
			:: switch_before != NONE ->
				sched_enqueue(switch_before)
			:: else ->
				skip
			fi;
			pick();
			consistent()
		}
	}
	od
}

/* Strikes between any two steps. A component dies in two: its thread, and what it serves. */
proctype killer()
{
	byte changes = 0;
	byte doomed_thread = NONE;
	byte doomed_endpoint = NONE;
	byte victim = 0;

	do
	:: atomic {
		changes < CHANGES && doomed_thread == NONE && doomed_endpoint == NONE ->
		changes++;
		if
		:: doomed_thread = C1
		:: doomed_thread = C2
		:: doomed_endpoint = 0
		:: doomed_thread = S;
			doomed_endpoint = 0
#ifdef MIDDLE
		:: doomed_endpoint = 1
		:: doomed_thread = M;
			doomed_endpoint = 1
#endif
#ifdef TWINS
		:: doomed_thread = M /* the other one goes on */
#endif
		fi
	}
	:: atomic {
		doomed_thread != NONE ->
		choose_who();
		d_step {
			take_turn();
			if
			:: lives[doomed_thread] ->
				thread_fini(doomed_thread)
			:: else ->
				skip
			fi;
			doomed_thread = NONE;
			pick();
			consistent()
		}
	}
	:: atomic {
		doomed_endpoint != NONE ->
		choose_who();
		d_step {
			take_turn();
			if
			:: endpoint_lives[doomed_endpoint] ->
				endpoint_fini(doomed_endpoint)
			:: else ->
				skip
			fi;
			doomed_endpoint = NONE;
			pick();
			consistent()
		}
	}
	:: atomic { /* a capability is revoked */
		changes < CHANGES ->
		changes++;
		if
		:: victim = C1
#ifdef MIDDLE
		:: victim = M
#endif
		fi;
		choose_who();
		d_step {
			take_turn();
			granted[victim] = false;
			if
			:: call[victim] == CALL_QUEUED ->
				grant_sever(victim)
			:: else ->
				skip
			fi;
			victim = 0;
			pick();
			consistent()
		}
	}
	:: atomic { /* a deadline passes; the same as to be stopped and started again */
		changes < CHANGES && state[C2] == THREAD_CALLING ->
		changes++;
		choose_who();
		d_step {
			take_turn();
			thread_wake(C2, ERR_TIMEOUT);
			pick();
			consistent()
		}
	}
	:: doomed_thread == NONE && doomed_endpoint == NONE ->
		break
	od
}

/* Has waited once already. */
inline begin(t, e)
{
	context[t] = home[t];
	ready[t] = false;
	state[t] = THREAD_RECEIVING;
	serves[t] = e;
	receivers[e] ! t;
	run serving_thread(t, e);
	run helper(t, e)
}

init
{
	byte i = 0;

	atomic {
		current = NONE;
		do
		:: i < THREADS ->
			state[i] = THREAD_READY;
			lives[i] = true;
			ready[i] = true;
			home[i] = i;
			context[i] = i;
			lender[i] = NONE;
			serves[i] = NONE;
			serving[i] = NONE;
			answer[i] = NO_ANSWER;
			call[i] = CALL_IDLE;
			endpoint[i] = NONE;
			server[i] = NONE;
			lent_to[i] = NONE;
			granted[i] = true;
			i++
		:: else ->
			break
		od;
		i = 0;
		do
		:: i < ENDPOINTS ->
			endpoint_lives[i] = true;
			slot_call[i] = NONE;
			i++
		:: else ->
			break
		od;
		if
		:: home[S] = NONE
		:: skip
		fi;
		begin(S, 0);
#if THREADS > 3
		home[M] = NONE;
		begin(M, ENDPOINTS - 1);
#endif
		run client(C1);
		run client(C2);
		run scheduler();
		run killer()
	}
}
