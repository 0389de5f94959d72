/* Preloaded into a child: what it does to durable writes is told by a file that the parent writes to.
 * "eio" fails them, "hang" never returns, anything else lets them pass. Each one that was tried is counted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void before(int *error) {
  const char *path = getenv("FAULTY_MODE");
  char mode[8] = {0};
  *error = 0;
  if (!path) return;
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  ssize_t got = read(fd, mode, sizeof mode - 1);
  close(fd);
  if (got <= 0) return;
  if (!strncmp(mode, "eio", 3) || !strncmp(mode, "hang", 4)) {
    const char *tally = getenv("FAULTY_TALLY");
    int log = open(tally, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log >= 0) {
      if (write(log, ".", 1) < 0) abort();
      close(log);
    }
  }
  if (!strncmp(mode, "hang", 4)) for (;;) pause();
  if (!strncmp(mode, "eio", 3)) *error = EIO;
}

static int is_durable(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_DSYNC);
}

typedef ssize_t (*pwrite_call)(int, const void *, size_t, off64_t);
typedef int (*sync_call)(int);

static ssize_t durable_pwrite(const char *name, int fd, const void *bytes, size_t count, off64_t offset) {
  if (is_durable(fd)) {
    int error;
    before(&error);
    if (error) {
      errno = error;
      return -1;
    }
  }
  return ((pwrite_call)dlsym(RTLD_NEXT, name))(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return durable_pwrite("pwrite", fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  return durable_pwrite("pwrite64", fd, bytes, count, offset);
}

int fdatasync(int fd) {
  int error;
  before(&error);
  if (error) {
    errno = error;
    return -1;
  }
  return ((sync_call)dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
