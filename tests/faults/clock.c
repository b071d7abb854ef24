/* The clock of whoever is started with LD_PRELOAD=this: so many seconds away from the right one as the file
   FAULTS_CLOCK holds (a double). Waiting goes by the monotonic clock, which nobody sets, and is left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile double *away;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    real = dlsym(RTLD_NEXT, "clock_gettime");
    if (file >= 0) {
        void *seen = mmap(0, sizeof(double), PROT_READ, MAP_SHARED, file, 0);
        away = seen == MAP_FAILED ? 0 : seen;
    }
}

int clock_gettime(clockid_t which, struct timespec *told) {
    if (!real) begin();
    int failed = real(which, told);
    if (!failed && away && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) told->tv_sec += (time_t)*away;
    return failed;
}

int gettimeofday(struct timeval *told, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    told->tv_sec = now.tv_sec;
    told->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}
