// The load: opens sessions, publishes, and counts the bytes that arrive, without ever looking at them.
// It never sleeps during a run, so that the server pays for no wake-ups, and takes the server's CPU time from the
// system's own accounting. Driven by lines on stdin; load-process.ts documents them.
//
//     load PORT PID TIME_LIMIT_SECONDS ANSWER OPENED [REPLY OPENED]      the last three or four in hex

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SESSIONS = 20000, MAX_CALLERS = 64, MAX_EVENTS = 512, MAX_OPENING = 64, MAX_PUBLISHES = 1024 };

typedef struct {
  char *bytes;
  size_t length;
} Publish;

typedef struct {
  int fd;
  bool is_caller;
  const char *mark; // what it looks for: a step of its opening, or the beginnings of answers
  size_t matched;   // how much of the mark it has seen
  bool replied;
  bool opened;
  const Publish *publish; // a caller's
  size_t unsent;          // bytes of it that are still to go out
} Connection;

static Connection *sessions[MAX_SESSIONS], *callers[MAX_CALLERS];
static size_t session_count, opened_count, caller_count;
static Publish publishes[MAX_PUBLISHES]; // callers send them in turn
static size_t publish_count, next_publish, reply_length;
static uint64_t received, answers;
static const char *answer_mark, *opened_mark, *reply, *joined_mark;
static struct sockaddr_in server = {.sin_family = AF_INET};
static int epoll_fd;
static clockid_t server_clock;
static uint64_t limit_ns;
static char buffer[1 << 18];

static void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  printf("failed ");
  vprintf(format, values);
  printf("\n");
  exit(1);
}

static uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) < 0) fail("the server is gone");
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void send_all(int fd, const char *bytes, size_t length) {
  for (size_t sent = 0; sent < length;) {
    ssize_t more = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
    if (more < 0) fail("send: %s", strerror(errno));
    sent += more;
  }
}

static Connection *connect_to_server(bool is_caller, const char *hello, size_t length) {
  Connection *connection = calloc(1, sizeof *connection);
  int one = 1;
  connection->fd = socket(AF_INET, SOCK_STREAM, 0);
  connection->is_caller = is_caller;
  connection->mark = is_caller ? answer_mark : opened_mark;
  if (connection->fd < 0) fail("socket: %s", strerror(errno));
  if (connect(connection->fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect: %s", strerror(errno));
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  send_all(connection->fd, hello, length);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, connection->fd, &event);
  return connection;
}

// How often the connection's mark ends in these bytes. No mark repeats its own beginning.
static unsigned count_marks(Connection *connection, const char *bytes, size_t length) {
  unsigned found = 0;
  for (size_t i = 0; i < length; i++) {
    connection->matched = bytes[i] == connection->mark[connection->matched] ? connection->matched + 1
                                                                             : bytes[i] == connection->mark[0];
    if (connection->mark[connection->matched] != 0) continue;
    connection->matched = 0;
    found++;
  }
  return found;
}

static void go_on_opening(Connection *connection) {
  if (reply != NULL && !connection->replied) {
    connection->replied = true;
    connection->mark = joined_mark;
    send_all(connection->fd, reply, reply_length);
    return;
  }
  connection->opened = true;
  opened_count++;
}

static void take(Connection *connection) {
  bool counted_only = connection->opened; // then the kernel may drop the bytes without copying them
  ssize_t length = recv(connection->fd, counted_only ? NULL : buffer, sizeof buffer,
                        MSG_DONTWAIT | (counted_only ? MSG_TRUNC : 0));
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) fail("the server closed a connection");
  if (counted_only) {
    received += length;
  } else if (connection->is_caller) {
    if (*connection->mark) answers += count_marks(connection, buffer, length);
  } else if (count_marks(connection, buffer, length) > 0) {
    go_on_opening(connection);
  }
}

static int take_what_is_there(int timeout_ms) {
  static struct epoll_event events[MAX_EVENTS];
  int count = epoll_wait(epoll_fd, events, MAX_EVENTS, timeout_ms);
  for (int i = 0; i < count; i++) take(events[i].data.ptr);
  return count;
}

static void open_session(const char *opening, size_t length) {
  if (session_count == MAX_SESSIONS) fail("too many sessions");
  sessions[session_count++] = connect_to_server(false, opening, length);
  // A few at a time: the server's queue of connections is short.
  while (session_count - opened_count > MAX_OPENING) take_what_is_there(-1);
}

static void replace_callers(size_t count, const char *hello, size_t length) {
  if (count > MAX_CALLERS) fail("too many callers");
  for (size_t i = 0; i < caller_count; i++) {
    close(callers[i]->fd);
    free(callers[i]);
  }
  for (caller_count = 0; caller_count < count; caller_count++) {
    callers[caller_count] = connect_to_server(true, hello, length);
  }
}

static void send_publishes(void) {
  for (size_t i = 0; i < caller_count; i++) {
    Connection *caller = callers[i];
    if (caller->unsent == 0) continue;
    const Publish *publish = caller->publish;
    ssize_t sent = send(caller->fd, publish->bytes + publish->length - caller->unsent, caller->unsent,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) caller->unsent -= sent;
    else if (errno != EAGAIN) fail("send: %s", strerror(errno));
  }
}

// One publish of each caller. Returns the time until the last byte had arrived.
static uint64_t run_batch(uint64_t bytes, uint64_t expected_answers) {
  uint64_t started = clock_ns(CLOCK_MONOTONIC), arrived = 0;
  received = answers = 0;
  for (size_t i = 0; i < caller_count; i++) {
    callers[i]->publish = &publishes[next_publish++ % publish_count];
    callers[i]->unsent = callers[i]->publish->length;
  }
  while (received < bytes || answers < expected_answers) {
    send_publishes();
    take_what_is_there(0);
    uint64_t taken = clock_ns(CLOCK_MONOTONIC) - started;
    if (arrived == 0 && received >= bytes && (bytes > 0 || answers >= expected_answers)) arrived = taken;
    if (taken > limit_ns) {
      fail("only %lu of %lu bytes and %lu of %lu answers in time", received, bytes, answers, expected_answers);
    }
  }
  if (received > bytes) fail("%lu bytes where %lu were expected", received, bytes);
  return arrived;
}

// The system books a running process late. So this waits until the server has nothing left to do.
static uint64_t server_cpu_ns(void) {
  uint64_t cpu = clock_ns(server_clock);
  for (int tries = 0; tries < 20; tries++) {
    uint64_t before = cpu;
    usleep(4000);
    cpu = clock_ns(server_clock);
    if (cpu == before) break;
  }
  return cpu;
}

static void run(unsigned batches, uint64_t bytes, uint64_t expected_answers) {
  uint64_t *latencies = calloc(batches, sizeof *latencies);
  while (take_what_is_there(0) > 0) continue;
  uint64_t cpu = server_cpu_ns(), started = clock_ns(CLOCK_MONOTONIC);
  for (unsigned i = 0; i < batches; i++) latencies[i] = run_batch(bytes, expected_answers);
  uint64_t elapsed = clock_ns(CLOCK_MONOTONIC) - started;
  printf("done %lu %lu", elapsed, server_cpu_ns() - cpu);
  for (unsigned i = 0; i < batches; i++) printf(" %lu", latencies[i]);
  printf("\n");
  free(latencies);
}

static char *from_hex(const char *hex) {
  size_t length = strlen(hex) / 2;
  char *text = calloc(length + 1, 1);
  for (size_t i = 0; i < length; i++) sscanf(hex + 2 * i, "%2hhx", (unsigned char *)&text[i]);
  return text;
}

static char *read_bytes(size_t length) {
  char *bytes = malloc(length + 1);
  if (fread(bytes, 1, length, stdin) != length) exit(0);
  return bytes;
}

static void add_publish(size_t length) {
  if (publish_count == MAX_PUBLISHES) fail("too many publishes");
  publishes[publish_count++] = (Publish){read_bytes(length), length};
}

int main(int count, char **values) {
  if (count < 6) fail("too few arguments");
  server.sin_port = htons(atoi(values[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (clock_getcpuclockid(atoi(values[2]), &server_clock) != 0) fail("no process %s", values[2]);
  limit_ns = atoi(values[3]) * 1000000000ull;
  answer_mark = from_hex(values[4]);
  opened_mark = from_hex(values[5]);
  if (count == 8) {
    reply = from_hex(values[6]);
    reply_length = strlen(values[6]) / 2;
    joined_mark = from_hex(values[7]);
  }
  epoll_fd = epoll_create1(0);
  setvbuf(stdout, NULL, _IOLBF, 0);

  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    size_t a, b, c;
    if (sscanf(line, "open %zu", &a) == 1) {
      char *opening = read_bytes(a);
      open_session(opening, a);
      free(opening);
    } else if (strcmp(line, "opened\n") == 0) {
      while (opened_count < session_count) take_what_is_there(-1);
      printf("opened\n");
    } else if (sscanf(line, "publish %zu", &a) == 1) {
      while (publish_count > 0) free(publishes[--publish_count].bytes);
      next_publish = 0;
      add_publish(a);
    } else if (sscanf(line, "also %zu", &a) == 1) {
      add_publish(a);
    } else if (sscanf(line, "callers %zu %zu", &a, &b) == 2) {
      char *hello = read_bytes(b);
      replace_callers(a, hello, b);
      free(hello);
      printf("ready\n");
    } else if (sscanf(line, "run %zu %zu %zu", &a, &b, &c) == 3) {
      run(a, b, c);
    } else {
      fail("not understood: %s", line);
    }
  }
}
