package unseen;

import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** The annual report becomes one big workbook of POI, until memory is out. */
public class Annual {
    static void run() throws Exception {
        export(2024);
    }

    private static void export(int year) throws Exception {
        try (XSSFWorkbook workbook = new XSSFWorkbook()) {
            XSSFSheet sheet = workbook.createSheet("Bookings of " + year);
            for (int row = 0; row < 900_000; row++) sheet.createRow(row).createCell(0).setCellValue(row * 1.5); // wanted
            workbook.write(java.io.OutputStream.nullOutputStream());
        }
    }
}
