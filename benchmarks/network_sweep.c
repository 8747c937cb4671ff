/* The anchor in C: one sweep of the friends' map, OpenMP over people, prefetching ahead. */
#include <stdint.h>
#define AHEAD 64

float sweep(int64_t people, const uint64_t *start, const uint32_t *contact, const float *strength,
            const float *factor, const float *ground, const float *scores, float *swept)
{
    float largest = 0;
    uint64_t last = start[people] ? start[people] - 1 : 0;
#pragma omp parallel for schedule(static) reduction(max : largest)
    for (int64_t i = 0; i < people; i++) {
        float total = 0;
        for (uint64_t at = start[i]; at < start[i + 1]; at++) {
            uint64_t ahead = at + AHEAD < last ? at + AHEAD : last;
            __builtin_prefetch(&scores[contact[ahead]]);
            total += strength[at] * scores[contact[at]];
        }
        swept[i] = ground[i] + factor[i] * total;
        float change = swept[i] - scores[i];
        if (change < 0)
            change = -change;
        if (change > largest)
            largest = change;
    }
    return largest;
}
