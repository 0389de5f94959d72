/**
 * What C++ does with the loops of our sketches: 1M distinct strings of 16 characters into a split-block Bloom filter
 * (AVX2), a count-min sketch, a HyperLogLog. Hashes are libxxhash's XXH64 with seed 0, inlined.
 *
 *     g++ -std=c++17 -O3 -mavx2 sketches.cpp -o sketches
 *     ./sketches bloom KEYS ROUNDS bytes=1310720      of the filter, a multiple of 32
 *     ./sketches cms KEYS ROUNDS width=2719 depth=5   counters of 32 bits, a mix for each row as in packages/cms
 *     ./sketches hll KEYS ROUNDS precision=14         a byte a register
 *     ./sketches hash KEYS ROUNDS                     nothing but the hash
 *
 * A line each for `strings` (std::string), `packed` (one array and offsets) and `words` (64-bit integers): name, keys a
 * second of processor time (median, slowest, fastest round), and a checksum, so that others can show that they do the same.
 *
 * Characters are 'a' + x % 26 and words are two x, low first; x runs through xorshift32 from 12345, anew for each.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <immintrin.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace {

struct Random {
  uint32_t state = 12345;
  uint32_t next() {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
  }
};

double cpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Bloom {
  uint64_t blocks;
  __m256i* words;
  const __m256i salts = _mm256_setr_epi32(0x47b6137b, 0x44974d91, static_cast<int>(0x8824ad5b), static_cast<int>(0xa2b7289d),
                                          0x705495c7, 0x2df1424b, static_cast<int>(0x9efc4947), 0x5c6bfb31);
  explicit Bloom(uint64_t bytes) : blocks(bytes / 32) { words = static_cast<__m256i*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64)); }
  void clear() { std::memset(static_cast<void*>(words), 0, blocks * 32); }
  void add(uint64_t hash) {
    const __m256i bits = _mm256_srli_epi32(_mm256_mullo_epi32(_mm256_set1_epi32(static_cast<int>(hash)), salts), 27);
    __m256i* block = words + (((hash >> 32) * blocks) >> 32);
    _mm256_store_si256(block, _mm256_or_si256(_mm256_load_si256(block), _mm256_sllv_epi32(_mm256_set1_epi32(1), bits)));
  }
  uint32_t checksum() const {
    uint32_t sum = 0;
    const uint32_t* all = reinterpret_cast<const uint32_t*>(words);
    for (uint64_t i = 0; i < blocks * 8; i++) sum = sum * 31 + all[i];
    return sum;
  }
};

struct CountMin {
  uint32_t width, depth;
  std::vector<uint32_t> counters;
  CountMin(uint32_t w, uint32_t d) : width(w), depth(d), counters(static_cast<size_t>(w) * d) {}
  void clear() { std::fill(counters.begin(), counters.end(), 0); }
  void add(uint64_t hash) {
    uint32_t* row = counters.data();
    uint32_t k = 0;
    for (uint32_t r = 0; r < depth; r++, row += width) {
      k += 0x9e3779b9;
      uint32_t mix = (static_cast<uint32_t>(hash) ^ k) * 0x85ebca6b;
      mix = (mix ^ (mix >> 15)) + static_cast<uint32_t>(hash >> 32);
      mix = (mix ^ (mix >> 16)) * 0x21f0aaad;
      mix = (mix ^ (mix >> 15)) * 0x735a2d97;
      mix ^= mix >> 15;
      row[(static_cast<uint64_t>(mix) * width) >> 32]++;
    }
  }
  uint32_t checksum() const {
    uint32_t sum = 0;
    for (uint32_t counter : counters) sum = sum * 31 + counter;
    return sum;
  }
};

struct HyperLogLog {
  int precision;
  std::vector<uint8_t> registers;
  explicit HyperLogLog(int p) : precision(p), registers(size_t{1} << p) {}
  void clear() { std::fill(registers.begin(), registers.end(), 0); }
  void add(uint64_t hash) {
    // The bit below the index's keeps the count of zeros within the 64 − p bits that follow it.
    const auto rank = static_cast<uint8_t>(__builtin_clzll((hash << precision) | (uint64_t{1} << (precision - 1))) + 1);
    uint8_t& held = registers[hash >> (64 - precision)];
    if (rank > held) held = rank;
  }
  uint32_t checksum() const {
    uint32_t sum = 0;
    for (uint8_t held : registers) sum = sum * 31 + held;
    return sum;
  }
};

struct Hashes {
  uint32_t low = 0, high = 0;
  void clear() { low = high = 0; }
  void add(uint64_t hash) {
    low ^= static_cast<uint32_t>(hash);
    high ^= static_cast<uint32_t>(hash >> 32);
  }
  uint32_t checksum() const { return low * 31 + high; }
};

template <typename Structure, typename AddAll>
void measure(const char* name, Structure& structure, size_t keys, int rounds, AddAll addAll) {
  std::vector<double> rates;
  for (int round = -2; round < rounds; round++) {
    structure.clear();
    const double began = cpuSeconds();
    addAll();
    const double seconds = std::max(cpuSeconds() - began, 1e-9);
    if (round >= 0) rates.push_back(static_cast<double>(keys) / seconds);
  }
  std::sort(rates.begin(), rates.end());
  std::printf("%s %.0f %.0f %.0f %" PRIu32 "\n", name, rates[rates.size() / 2], rates.front(), rates.back(), structure.checksum());
}

template <typename Structure>
void measureAll(Structure structure, size_t count, int rounds) {
  constexpr size_t kLength = 16;
  Random random;
  std::string bytes(count * kLength, '\0');
  for (char& c : bytes) c = static_cast<char>('a' + random.next() % 26);
  std::vector<std::string> strings;
  strings.reserve(count);
  std::vector<uint32_t> offsets{0};
  offsets.reserve(count + 1);
  for (size_t i = 0; i < count; i++) {
    strings.emplace_back(bytes, i * kLength, kLength);
    offsets.push_back(static_cast<uint32_t>((i + 1) * kLength));
  }
  Random words_random;
  std::vector<uint64_t> words(count);
  for (uint64_t& word : words) {
    word = words_random.next();
    word |= static_cast<uint64_t>(words_random.next()) << 32;
  }
  measure("strings", structure, count, rounds, [&] {
    for (const std::string& key : strings) structure.add(XXH64(key.data(), key.size(), 0));
  });
  measure("packed", structure, count, rounds, [&] {
    for (size_t i = 0; i < count; i++) structure.add(XXH64(bytes.data() + offsets[i], offsets[i + 1] - offsets[i], 0));
  });
  measure("words", structure, count, rounds, [&] {
    for (const uint64_t& word : words) structure.add(XXH64(&word, sizeof word, 0));
  });
}

uint64_t option(int argc, char** argv, const char* name, uint64_t otherwise) {
  const size_t length = std::strlen(name);
  for (int i = 4; i < argc; i++) {
    if (std::strncmp(argv[i], name, length) == 0 && argv[i][length] == '=') return std::strtoull(argv[i] + length + 1, nullptr, 10);
  }
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: sketches bloom|cms|hll|hash KEYS ROUNDS [name=value …]\n");
    return 2;
  }
  if (!__builtin_cpu_supports("avx2")) {
    std::fprintf(stderr, "a processor with AVX2\n");
    return 3;
  }
  const std::string structure = argv[1];
  const size_t keys = std::strtoull(argv[2], nullptr, 10);
  const int rounds = std::atoi(argv[3]);
  if (structure == "bloom") {
    measureAll(Bloom(option(argc, argv, "bytes", 1310720)), keys, rounds);
  } else if (structure == "cms") {
    measureAll(CountMin(static_cast<uint32_t>(option(argc, argv, "width", 2719)), static_cast<uint32_t>(option(argc, argv, "depth", 5))), keys, rounds);
  } else if (structure == "hll") {
    measureAll(HyperLogLog(static_cast<int>(option(argc, argv, "precision", 14))), keys, rounds);
  } else if (structure == "hash") {
    measureAll(Hashes(), keys, rounds);
  } else {
    std::fprintf(stderr, "no such structure: %s\n", structure.c_str());
    return 2;
  }
  return 0;
}
