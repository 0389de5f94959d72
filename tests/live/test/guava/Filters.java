import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnel;
import com.google.common.hash.Funnels;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Guava's side: `write KIND N FPP FILE` makes a filter of N keys and writes it; `read KIND N FILE` reads one and prints how many of
 * the N keys it has, how many of 10,000 others, its element count and its rate.
 */
public final class Filters {
  interface Keys<T> {
    T key(int i);
  }

  public static void main(String[] args) throws Exception {
    switch (args[1]) {
      case "utf8" -> run(args, Funnels.stringFunnel(StandardCharsets.UTF_8), i -> "größe:" + i);
      case "chars" -> run(args, Funnels.unencodedCharsFunnel(), i -> "größe:" + i);
      case "long" -> run(args, Funnels.longFunnel(), i -> (i - 500) * 1_000_003L);
      case "int" -> run(args, Funnels.integerFunnel(), i -> (i - 500) * 1_003);
      case "bytes" -> run(args, Funnels.byteArrayFunnel(), i -> new byte[] {(byte) i, (byte) (i >> 8), -1});
      default -> throw new IllegalArgumentException(args[1]);
    }
  }

  static <S, T extends S> void run(String[] args, Funnel<S> funnel, Keys<T> keys) throws Exception {
    int n = Integer.parseInt(args[2]);
    if (args[0].equals("write")) {
      BloomFilter<S> filter = BloomFilter.create(funnel, n, Double.parseDouble(args[3]));
      for (int i = 0; i < n; i++) filter.put(keys.key(i));
      try (FileOutputStream out = new FileOutputStream(args[4])) {
        filter.writeTo(out);
      }
      return;
    }
    BloomFilter<S> filter;
    try (FileInputStream in = new FileInputStream(args[3])) {
      filter = BloomFilter.readFrom(in, funnel);
    }
    int found = 0;
    int wrong = 0;
    for (int i = 0; i < n; i++) if (filter.mightContain(keys.key(i))) found++;
    for (int i = n; i < n + 10_000; i++) if (filter.mightContain(keys.key(i))) wrong++;
    System.out.println(found + " " + wrong + " " + filter.approximateElementCount() + " " + filter.expectedFpp());
  }
}
