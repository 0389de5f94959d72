import '@dsys/bench-kit';
