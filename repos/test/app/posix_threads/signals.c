/* SPDX-License-Identifier: MIT */
/* Signals within the process: handlers, masks, waits. */
#include "suite.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t seen, value, nested;
static volatile int thread_of_handler;
static char *volatile stack_of_handler;

static void note(int signal)
{
	seen = signal;
	thread_of_handler = gettid();
}

static void note_info(int signal, siginfo_t *info, void *context)
{
	(void)context;
	seen = signal;
	value = info->si_code == SI_QUEUE ? info->si_value.sival_int : -info->si_code;
	stack_of_handler = __builtin_frame_address(0);
}

static void install(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigaction(signal, &action, NULL);
}

static void install_info(int signal, int flags)
{
	struct sigaction action = {.sa_sigaction = note_info, .sa_flags = SA_SIGINFO | flags};

	sigaction(signal, &action, NULL);
}

static void check_masks(void)
{
	sigset_t set;
	sigset_t pending;

	install(SIGUSR1, note, 0);
	seen = 0;
	check(kill(getpid(), SIGUSR1) == 0 && seen == SIGUSR1,
	      "a signal to oneself is handled at once");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	seen = 0;
	raise(SIGUSR1);
	raise(SIGUSR1);
	check(seen == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1),
	      "a blocked one is pending");
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	check(seen == SIGUSR1 && sigpending(&pending) == 0 && !sigismember(&pending, SIGUSR1),
	      "and handled when it is unblocked, once");
	install(SIGUSR1, SIG_IGN, 0);
	seen = 0;
	check(raise(SIGUSR1) == 0 && seen == 0, "an ignored one is ignored");
}

static void check_queue(void)
{
	sigset_t set;
	siginfo_t info;
	int sum = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigaddset(&set, SIGRTMIN + 1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (int i = 1; i <= 3; i++)
		sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i});
	sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 100});
	check(sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int == 100,
	      "real-time signals: the lower number comes first");
	for (int i = 1; i <= 3; i++)
		sum += sigwaitinfo(&set, &info) == SIGRTMIN + 1 && info.si_value.sival_int == i;
	check(sum == 3, "and those of one number in their order, each with its value");
	check(sigtimedwait(&set, &info, &(struct timespec){.tv_nsec = 1000000}) == -1 &&
	              errno == EAGAIN,
	      "waiting for one that does not come ends");
	install_info(SIGRTMIN, 0);
	sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 5});
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	check(seen == SIGRTMIN && value == 5, "a handler is told the value");
}

static void handler_nested(int signal)
{
	(void)signal;
	nested++;
	if (nested < 3)
		raise(SIGUSR2); /* pending: blocked by its own handling */
	nested += 10;
}

static sigjmp_buf back;

static void jump(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

static char alternate[16 * 1024];

static void check_handlers(void)
{
	const stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
	stack_t old;
	sigset_t mask;

	install(SIGUSR2, handler_nested, 0);
	raise(SIGUSR2);
	check(nested == 22, "a signal waits for the end of its own handler");
	install(SIGUSR2, jump, 0);
	volatile int jumps = 0;
	if (sigsetjmp(back, 1))
		jumps++;
	if (jumps < 3)
		raise(SIGUSR2);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	check(jumps == 3 && !sigismember(&mask, SIGUSR2),
	      "a handler may jump out, again and again");
	check(sigaltstack(&stack, &old) == 0 && old.ss_flags == SS_DISABLE,
	      "another stack for handlers");
	install_info(SIGUSR2, SA_ONSTACK);
	raise(SIGUSR2);
	check(stack_of_handler >= alternate && stack_of_handler < alternate + sizeof alternate,
	      "is what a handler that asks for it runs on");
	install_info(SIGUSR2, SA_RESETHAND);
	raise(SIGUSR2);
	check(stack_of_handler < alternate || stack_of_handler >= alternate + sizeof alternate,
	      "and no other");
	struct sigaction action;
	sigaction(SIGUSR2, NULL, &action);
	check(action.sa_handler == SIG_DFL, "SA_RESETHAND: once");
}

static sem_t started;
static volatile int answer;

static void *suspend(void *argument)
{
	sigset_t none;

	sigemptyset(&none);
	sem_post(&started);
	answer = sigsuspend(&none) == -1 && errno == EINTR ? seen : -1;
	return argument;
}

static void *sleep_twice(void *argument)
{
	struct timespec left = {0};

	sem_post(&started);
	answer = nanosleep(&(struct timespec){.tv_sec = 1000}, &left) == -1 && errno == EINTR &&
	         left.tv_sec >= 900;
	return argument;
}

static void *wait_restarted(void *argument)
{
	sem_post(&started);
	answer = sem_wait(argument);
	return argument;
}

static void check_threads(void)
{
	pthread_t thread;
	sigset_t set;
	sem_t gate;

	install(SIGUSR1, note, 0);
	sem_init(&started, 0, 0);
	sem_init(&gate, 0, 0);
	pthread_create(&thread, NULL, suspend, NULL);
	sem_wait(&started);
	sched_yield();
	seen = 0;
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	check(answer == SIGUSR1 && thread_of_handler != getpid(),
	      "a signal to a thread ends its sigsuspend, handled by it");

	pthread_create(&thread, NULL, sleep_twice, NULL);
	sem_wait(&started);
	sched_yield();
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	check(answer == 1, "a signal ends a sleep, which tells what was left");

	install(SIGUSR1, note, SA_RESTART);
	pthread_create(&thread, NULL, wait_restarted, &gate);
	sem_wait(&started);
	sched_yield();
	seen = 0;
	pthread_kill(thread, SIGUSR1);
	while (!seen)
		sched_yield();
	sem_post(&gate);
	pthread_join(thread, NULL);
	check(answer == 0, "SA_RESTART: the wait goes on behind the handler");

	/* all but one thread block it */
	install(SIGUSR1, note, 0);
	pthread_create(&thread, NULL, suspend, NULL);
	sem_wait(&started);
	sched_yield();
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	seen = 0;
	kill(getpid(), SIGUSR1);
	pthread_join(thread, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	check(answer == SIGUSR1 && thread_of_handler != getpid(),
	      "a signal to the process goes to a thread that takes it");
}

void check_signals(void)
{
	check_masks();
	check_queue();
	check_handlers();
	check_threads();
}
