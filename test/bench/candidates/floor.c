// The C floor: one send() of a prebuilt frame for each recipient, and nothing else. Speaks the lines of floor-wire.ts.
//
//     floor PORT

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_SESSIONS = 20000, MAX_EVENTS = 512, MAX_FRAME = 1 << 20, LINE = 64 };

typedef struct {
  int fd;
  size_t owed; // bytes of frames that the socket did not take yet
  char line[LINE];
  size_t length;
} Connection;

static Connection *sessions[MAX_SESSIONS];
static size_t session_count;
static char frame[MAX_FRAME];
static int epoll_fd;

static void watch(Connection *connection, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  epoll_ctl(epoll_fd, operation, connection->fd, &event);
}

// All bytes of all frames are the same, so what is owed is only a number.
static void pay(Connection *connection) {
  while (connection->owed > 0) {
    size_t length = connection->owed < MAX_FRAME ? connection->owed : MAX_FRAME;
    ssize_t sent = send(connection->fd, frame, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return;
    connection->owed -= sent;
  }
}

static void publish(size_t recipients, size_t bytes) {
  if (recipients == 0) return;
  size_t step = session_count / recipients;
  for (size_t i = 0; i < recipients; i++) {
    Connection *session = sessions[i * step];
    size_t owed = session->owed;
    session->owed += bytes;
    if (owed > 0) continue;
    pay(session);
    if (session->owed > 0) watch(session, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  }
}

static void obey(Connection *connection) {
  size_t recipients, bytes;
  const char *answer = "done\n";
  if (sscanf(connection->line, "publish %zu %zu", &recipients, &bytes) == 2) {
    publish(recipients, bytes);
  } else {
    sessions[session_count++] = connection;
    answer = "ok\n";
  }
  send(connection->fd, answer, strlen(answer), MSG_NOSIGNAL);
}

static void hang_up(Connection *connection) {
  close(connection->fd);
  connection->fd = -1; // never freed: it may be among the sessions
}

static void read_lines(Connection *connection) {
  ssize_t length = recv(connection->fd, connection->line + connection->length, LINE - 1 - connection->length, 0);
  if (length <= 0) {
    if (length == 0 || errno != EAGAIN) hang_up(connection);
    return;
  }
  connection->length += length;
  connection->line[connection->length] = 0;
  char *end;
  while ((end = strchr(connection->line, '\n'))) {
    obey(connection);
    connection->length -= end + 1 - connection->line;
    memmove(connection->line, end + 1, connection->length + 1);
  }
}

static void accept_one(int listener) {
  int one = 1;
  Connection *connection = calloc(1, sizeof *connection);
  connection->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch(connection, EPOLL_CTL_ADD, EPOLLIN);
}

int main(int count, char **values) {
  if (count != 2) return 2;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(values[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) return 1;
  memset(frame, 'x', sizeof frame);
  epoll_fd = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
  puts("listening");
  fflush(stdout);

  struct epoll_event events[MAX_EVENTS];
  for (;;) {
    int ready = epoll_wait(epoll_fd, events, MAX_EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      Connection *connection = events[i].data.ptr;
      if (connection == NULL) {
        accept_one(listener);
        continue;
      }
      if (events[i].events & EPOLLOUT) {
        pay(connection);
        if (connection->owed == 0) watch(connection, EPOLL_CTL_MOD, EPOLLIN);
      }
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_lines(connection);
    }
  }
}
