// Strings and containers of Qt 5 or 6 in locals, then aborts. The bench says what they hold.
#include <QByteArray>
#include <QDate>
#include <QHash>
#include <QList>
#include <QMap>
#include <QSet>
#include <QString>
#include <QStringList>
#include <QTime>
#include <QVector>
#include <cstdlib>

struct Big {
    long a, b, c;
};

int main()
{
    QString text = QString::fromUtf8("hällo"), empty;
    QByteArray bytes("raw bytes");
    QList<int> ints{1, 2, 3}, no_ints;
    ints.removeFirst();
    QList<QString> strings{"a", "b"};
    QStringList list{"x", "y", "z"};
    QVector<double> vector{1.5, 2.5};
    QMap<int, QString> map{{1, "one"}, {2, "two"}, {3, "three"}};
    QMap<int, int> no_map;
    QHash<QString, int> hash{{"ann", 30}};
    QHash<int, int> no_hash;
    QSet<int> set{7};
    QList<Big> bigs{Big{1, 2, 3}, Big{4, 5, 6}};
    QDate date(2023, 11, 14);
    QTime time(12, 34, 56, 789);
    abort();
}
